using System.Diagnostics;
using Microsoft.Extensions.Logging;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Messaging;
using WrnCloud.TrainerJob.Runtime;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>
/// Receives until there is a job to run, runs it, and ends; with <see cref="TrainerOptions.Follow"/> goes on receiving. Messages that ask for nothing
/// any more are completed on the way, so that a row of cancelled jobs costs one start. Ends when no message is waiting.
/// </summary>
internal sealed partial class TrainerWorker(
    IJobQueues queues,
    JobClaim claim,
    JobDispatcher dispatcher,
    JobRun run,
    TrainerOptions options,
    TimeProvider clock,
    ILogger<TrainerWorker> logger)
{
    private const int Done = 0;
    private const int Failed = 1;
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(30);

    // A step that nobody wants any more takes a minute at most, on the largest network and the smallest machine.
    private static readonly TimeSpan WindDown = TimeSpan.FromMinutes(3);

    private readonly Lazy<TrainerMachine> _machine = new(() => MachineOf(options));
    private Task _work = Task.CompletedTask;

    /// <summary>Whether a training thread that nobody waits for is still inside libtorch. The process has to end then, and to end at once.</summary>
    public bool IsComputing => !_work.IsCompleted;

    /// <summary>The exit code: 0 whenever the record knows the outcome.</summary>
    public async Task<int> RunAsync(CancellationToken shutdown)
    {
        await using var queue = queues.Open(QueueNames.TrainingJobs);
        while (!shutdown.IsCancellationRequested)
        {
            try
            {
                if (await queue.ReceiveAsync(options.ReceiveWait, shutdown) is { } delivery)
                {
                    if (await HandleAsync(delivery, shutdown) is { } exitCode) return exitCode;
                }
                else
                {
                    LogNothing();
                    if (!options.Follow) return Done;
                }
            }
            catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
            {
                return Done;
            }
            catch (MessagingException e)
            {
                LogBroker(e);
                if (!options.Follow) return Failed;
                await Task.Delay(StorePause, clock, shutdown).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return Done;
    }

    private static TrainerMachine MachineOf(TrainerOptions options)
    {
        var platform = NativeRuntime.Prepare(options.Threads);
        var unusable = options.RequireGpu && platform.Gpu is null
            ? new JobReason(ErrorCatalogue.GpuUnavailable.Code, $"Trainer__RequireGpu is set and libtorch can use no GPU here: {platform}.")
            : null;
        return new TrainerMachine(options.Precision ?? platform.Resolve(Precision.Auto), unusable);
    }

    // The exit code, or null to go on receiving.
    private async Task<int?> HandleAsync(IJobDelivery delivery, CancellationToken shutdown)
    {
        ClaimResult result;
        try
        {
            // Not cancelled half-way: a claim that was written and not heard of would look like a crash.
            result = await claim.DecideAsync(delivery.Body, () => _machine.Value, CancellationToken.None);
        }
#pragma warning disable CA1031 // Store or identity: the message goes back, the next trainer may fare better.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogStore(delivery.MessageId, e);
            await Task.Delay(StorePause, clock, shutdown).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TrySettleAsync(delivery, delivery.AbandonAsync(CancellationToken.None));
            return options.Follow ? null : Failed;
        }

        LogDecision(delivery.MessageId, result.Decision, result.Reason);
        using var span = StartSpan(delivery, result);
        switch (result.Decision)
        {
            case ClaimDecision.Claimed:
                return await RunAsync(result.Job!, delivery, shutdown);
            case ClaimDecision.Complete:
                await TrySettleAsync(delivery, delivery.CompleteAsync(CancellationToken.None));
                return null;
            case ClaimDecision.Refused:
                await HandBackAsync(result.Job, delivery);
                return Failed;
            default:
                var description = "The message can't be served; see the reason's code.";
                await TrySettleAsync(delivery, delivery.DeadLetterAsync(result.Reason, description, CancellationToken.None));
                return null;
        }
    }

    private async Task<int?> RunAsync(Job job, IJobDelivery delivery, CancellationToken shutdown)
    {
        // Printed, not logged: whoever started this process reads which job it holds.
        Console.Out.WriteLine(HeldJob.LineOf(new HeldJob(job.Id, job.Attempt)));
        var end = await run.ExecuteAsync(job, delivery, shutdown);
        Console.Out.WriteLine(HeldJob.LineOf(null));
        _work = end.Work;
        if (!options.Follow) return end.IsKnown ? Done : Failed;

        // The next job must not train beside this one's thread.
        if (!_work.IsCompleted) LogWindingDown(job.Id);
        await Task.WhenAny(_work, Task.Delay(WindDown, clock, shutdown));
        if (_work.IsCompleted || shutdown.IsCancellationRequested) return null;
        LogStuck(job.Id);
        return Failed;
    }

    // Interrupted and the need for the next message are one write; when the send fails, the upkeep timer sends.
    private async Task HandBackAsync(Job? job, IJobDelivery delivery)
    {
        if (_machine.Value.UnusableReason is { } reason) LogUnusable(reason.Code, reason.Message);
        try
        {
            if (job is not null) await dispatcher.DispatchAsync(job, CancellationToken.None);
        }
#pragma warning disable CA1031 // Broker, store or identity: the record says what is missing.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotSent(delivery.MessageId, e);
        }

        await TrySettleAsync(delivery, delivery.CompleteAsync(CancellationToken.None));
    }

    // The record knows the outcome: a message that comes again is decided about again.
    private async Task TrySettleAsync(IJobDelivery delivery, Task settling)
    {
        try
        {
            await settling;
        }
        catch (MessagingException e)
        {
            LogNotSettled(delivery.MessageId, e);
        }
    }

    // The request's trace goes on here, however long the message has waited.
    private static Activity? StartSpan(IJobDelivery delivery, ClaimResult result)
    {
        var parent = delivery.Properties.GetValueOrDefault(TrainingMessage.TraceParentProperty);
        var span = WrnTelemetry.Source.StartActivity("training job", ActivityKind.Consumer, parent);
        span?.SetTag("wrn.job", result.Job?.Id).SetTag("wrn.attempt", result.Job?.Attempt).SetTag("wrn.decision", result.Reason);
        return span;
    }

    [LoggerMessage(90, LogLevel.Information, "No message is waiting")]
    private partial void LogNothing();

    [LoggerMessage(91, LogLevel.Information, "Message {MessageId}: {Decision} ({Reason})")]
    private partial void LogDecision(string messageId, ClaimDecision decision, string reason);

    [LoggerMessage(92, LogLevel.Error, "The broker does not answer")]
    private partial void LogBroker(Exception exception);

    [LoggerMessage(97, LogLevel.Warning, "Message {MessageId} could not be settled; it will come again")]
    private partial void LogNotSettled(string messageId, Exception exception);

    [LoggerMessage(93, LogLevel.Error, "Message {MessageId}: the store does not answer; the message goes back")]
    private partial void LogStore(string messageId, Exception exception);

    [LoggerMessage(106, LogLevel.Critical, "{Code}: {Why} The job is left to another trainer.")]
    private partial void LogUnusable(string code, string why);

    [LoggerMessage(107, LogLevel.Warning, "Message {MessageId}: the job's next message could not be sent; the upkeep timer will")]
    private partial void LogNotSent(string messageId, Exception exception);

    [LoggerMessage(108, LogLevel.Information, "Job {JobId}: waiting for its training thread before the next job")]
    private partial void LogWindingDown(string jobId);

    [LoggerMessage(109, LogLevel.Critical, "Job {JobId}: its training thread does not end; the process does")]
    private partial void LogStuck(string jobId);
}
