using System.Diagnostics;
using Microsoft.Extensions.Logging;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Messaging;
using WrnCloud.TrainerJob.Runtime;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>Receives one message, decides by the record, runs the job. Ends at once when there is nothing to do.</summary>
internal sealed partial class TrainerWorker(IJobQueues queues, JobClaim claim, JobRun run, TrainerOptions options, TimeProvider clock, ILogger<TrainerWorker> logger)
{
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(30);

    /// <summary>The exit code: 0 whenever the record knows the outcome.</summary>
    public async Task<int> RunAsync(CancellationToken shutdown)
    {
        await using var queue = queues.Open(QueueNames.TrainingJobs);
        do
        {
            try
            {
                if (await queue.ReceiveAsync(options.ReceiveWait, shutdown) is { } delivery) await HandleAsync(delivery, shutdown);
                else LogNothing();
            }
            catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
            {
                return 0;
            }
            catch (MessagingException e)
            {
                LogBroker(e);
                if (!options.Follow) return 1;
                await Task.Delay(StorePause, clock, shutdown).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        while (options.Follow && !shutdown.IsCancellationRequested);
        return 0;
    }

    private async Task HandleAsync(IJobDelivery delivery, CancellationToken shutdown)
    {
        ClaimResult result;
        try
        {
            // Not cancelled half-way: a claim that was written and not heard of would look like a crash.
            result = await claim.DecideAsync(delivery.Body, AutoPrecision, CancellationToken.None);
        }
#pragma warning disable CA1031 // Store or identity: the message goes back, the next trainer may fare better.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogStore(delivery.MessageId, e);
            await Task.Delay(StorePause, clock, shutdown).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TrySettleAsync(delivery, delivery.AbandonAsync(CancellationToken.None));
            return;
        }

        LogDecision(delivery.MessageId, result.Decision, result.Reason);
        using var span = StartSpan(delivery, result);
        switch (result.Decision)
        {
            case ClaimDecision.Claimed:
                await RunAsync(result.Job!, delivery, shutdown);
                break;
            case ClaimDecision.Complete:
                await TrySettleAsync(delivery, delivery.CompleteAsync(CancellationToken.None));
                break;
            default:
                await TrySettleAsync(delivery, delivery.DeadLetterAsync(result.Reason, "The message can't be served; see the reason's code.", CancellationToken.None));
                break;
        }
    }

    // Printed, not logged: whoever started this process reads these two lines.
    private async Task RunAsync(Job job, IJobDelivery delivery, CancellationToken shutdown)
    {
        Console.Out.WriteLine(HeldJob.LineOf(new HeldJob(job.Id, job.Attempt)));
        await run.ExecuteAsync(job, delivery, shutdown);
        Console.Out.WriteLine(HeldJob.LineOf(null));
    }

    private Precision AutoPrecision() => options.Precision ?? NativeRuntime.Prepare(options.Threads).Resolve(Precision.Auto);

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
}
