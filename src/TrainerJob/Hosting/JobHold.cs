using Azure;
using Microsoft.Extensions.Logging;
using WrnCloud.Jobs;
using WrnCloud.Messaging;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>
/// Holds a claimed job: one loop renews the message's lock and, by rewriting the record, the lease; it carries progress along and sees requests to
/// cancel. The first cause to stop wins and cancels <see cref="Stop"/>.
/// </summary>
internal sealed partial class JobHold : IAsyncDisposable
{
    private readonly Job _job;
    private readonly IJobDelivery _delivery;
    private readonly JobStore _jobs;
    private readonly RunReporter _reporter;
    private readonly TrainerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenRegistration _shutdown;
    private readonly ITimer? _limit;
    private readonly Task _loop;
    private int _reason;

    public JobHold(
        Job job, IJobDelivery delivery, JobStore jobs, RunReporter reporter, TrainerOptions options, TimeProvider clock, ILogger logger, CancellationToken shutdown)
    {
        (_job, _delivery, _jobs, _reporter, _options, _clock, _logger) = (job, delivery, jobs, reporter, options, clock, logger);
        _shutdown = shutdown.Register(() => StopFor(StopReason.Shutdown));
        if (job.Resolved.MaxMinutes is { } minutes)
            _limit = clock.CreateTimer(_ => StopFor(StopReason.TimeLimit), null, TimeSpan.FromMinutes(minutes), Timeout.InfiniteTimeSpan);
        _loop = HoldAsync(_ended.Token);
    }

    /// <summary>Cancelled when the run shall stop.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Why.</summary>
    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    /// <summary>Stops the run; the first reason stays, except that being fenced off overrides everything.</summary>
    public void StopFor(StopReason reason)
    {
        if (reason == StopReason.Fenced) Volatile.Write(ref _reason, (int)reason);
        else Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None);
        _stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _shutdown.DisposeAsync();
        if (_limit is not null) await _limit.DisposeAsync();
        _ended.Dispose();
        _stop.Dispose();
    }

    private async Task HoldAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.WatchEvery, _clock);
        var renewed = _clock.GetTimestamp();
        var reported = renewed;
        while (Reason != StopReason.Fenced && await timer.WaitForNextTickAsync(cancellationToken))
        {
            var due = _clock.GetElapsedTime(renewed) >= _options.RenewEvery;
            if (due)
            {
                await RenewLockAsync(cancellationToken);
                renewed = _clock.GetTimestamp();
            }

            var news = _clock.GetElapsedTime(reported) >= _options.ReportEvery && _reporter.HasNews;
            await WatchAsync(due || news, cancellationToken);
            if (!news) continue;
            reported = _clock.GetTimestamp();
            await TryFlushMetricsAsync(cancellationToken);
        }
    }

    private async Task RenewLockAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _delivery.RenewAsync(cancellationToken);
        }
        catch (MessagingException e) when (e.Failure == MessagingFailure.LockLost)
        {
            StopFor(StopReason.LockLost);
        }
        catch (MessagingException e)
        {
            // The lease decides, not the lock: training goes on while the broker is away.
            LogBrokerAway(_job.Id, e);
        }
    }

    private async Task WatchAsync(bool write, CancellationToken cancellationToken)
    {
        try
        {
            var current = write
                ? await _jobs.UpdateAsync(_job.Id, s => JobTransitions.Heartbeat(s.Job, _job.Attempt, _reporter.Progress), cancellationToken)
                : (await _jobs.ReadAsync(_job.Id, cancellationToken))?.Job;
            if (current is null || current.Attempt != _job.Attempt || current.State != JobState.Running) StopFor(StopReason.Fenced);
            else if (current.CancelRequestedAt is not null) StopFor(StopReason.Cancelled);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            LogStoreAway(_job.Id, e);
        }
    }

    private async Task TryFlushMetricsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _reporter.FlushMetricsAsync(cancellationToken);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            LogStoreAway(_job.Id, e);
        }
    }

    [LoggerMessage(81, LogLevel.Warning, "Job {JobId}: the broker does not answer; training goes on")]
    private partial void LogBrokerAway(string jobId, Exception exception);

    [LoggerMessage(82, LogLevel.Warning, "Job {JobId}: the store does not answer; training goes on")]
    private partial void LogStoreAway(string jobId, Exception exception);
}
