using Microsoft.Extensions.Logging;
using WrnCloud.Jobs;
using WrnCloud.Messaging;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>
/// Holds a claimed job: renews the lease by rewriting the record, and the message's lock beside it;
/// carries progress along and sees requests to cancel.
/// The first cause to stop wins and cancels <see cref="Stop"/>.
/// No failure ends it: a holder that fell silent while training went on would train beside another.
/// </summary>
internal sealed partial class JobHold : IAsyncDisposable
{
    // A third of the lease: one hung request must not cost a live holder its job.
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(15);

    // From SIGTERM to SIGKILL there are 30 s: most for the step and its checkpoint, some for the record and the message, the rest for the way out.
    private static readonly TimeSpan HandOverTime = TimeSpan.FromSeconds(22);
    private static readonly TimeSpan RecordTime = TimeSpan.FromSeconds(27);

    private readonly Job _job;
    private readonly IJobDelivery _delivery;
    private readonly JobStore _jobs;
    private readonly RunReporter _reporter;
    private readonly MetricsLog _metrics;
    private readonly TrainerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _timeUp = new();
    private readonly CancellationTokenSource _handOver;
    private readonly CancellationTokenSource _lastWrites;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenRegistration _shutdown;
    private readonly Task _loops;
    private ITimer? _limit;
    private long? _trainingSince;
    private long _writtenAt;
    private int _reason;

    public JobHold(
        Job job,
        IJobDelivery delivery,
        JobStore jobs,
        RunReporter reporter,
        MetricsLog metrics,
        TrainerOptions options,
        TimeProvider clock,
        ILogger logger,
        CancellationToken shutdown)
    {
        (_job, _delivery, _jobs, _reporter, _metrics, _options, _clock, _logger) = (job, delivery, jobs, reporter, metrics, options, clock, logger);
        _handOver = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _lastWrites = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        (Stop, TimeUp, HandOver, LastWrites) = (_stop.Token, _timeUp.Token, _handOver.Token, _lastWrites.Token);
        _shutdown = shutdown.Register(() => StopFor(StopReason.Shutdown));
        _loops = Task.WhenAll(
            EachAsync(_options.WatchEvery, WatchAsync),
            EachAsync(_options.RenewEvery, RenewLockAsync),
            EachAsync(_options.ReportEvery, _metrics.FlushAsync));
    }

    /// <summary>Cancelled when the run shall stop.</summary>
    public CancellationToken Stop { get; }

    /// <summary>Cancelled when the request's limit in minutes is used up: the run shall publish what it has.</summary>
    public CancellationToken TimeUp { get; }

    /// <summary>Why <see cref="Stop"/> is cancelled.</summary>
    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    /// <summary>
    /// Cancelled when checkpoint and publication have to be given up: the lease is lost, or the platform is about to kill the process.
    /// </summary>
    public CancellationToken HandOver { get; }

    /// <summary>
    /// Cancelled when not even the outcome may be written any more: as <see cref="HandOver"/>, a few seconds later where the platform kills.
    /// </summary>
    public CancellationToken LastWrites { get; }

    private double TrainedSeconds => _job.TrainedSeconds + (_trainingSince is { } since ? _clock.GetElapsedTime(since).TotalSeconds : 0);

    /// <summary>The time that is limited begins: what earlier attempts used counts.</summary>
    public void BeginTraining()
    {
        _trainingSince = _clock.GetTimestamp();
        if (_job.Resolved.Limit is not { } minutes) return;
        var left = TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(_job.TrainedSeconds);
        _limit = _clock.CreateTimer(_ => _timeUp.Cancel(), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The limited time is over: export and publication are not counted.</summary>
    public void EndTraining()
    {
        _limit?.Dispose();
        _limit = null;
    }

    /// <summary>Stops the run; the first reason stays, except that being fenced off overrides everything.</summary>
    public void StopFor(StopReason reason)
    {
        if (reason == StopReason.Fenced) Volatile.Write(ref _reason, (int)reason);
        else Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None);
        _stop.Cancel();
        if (reason == StopReason.Fenced)
        {
            _reporter.Close();
            _handOver.Cancel();
            _lastWrites.Cancel();
        }
        else if (reason == StopReason.Shutdown)
        {
            _handOver.CancelAfter(HandOverTime);
            _lastWrites.CancelAfter(RecordTime);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _shutdown.DisposeAsync();
        EndTraining();
        _ended.Dispose();
        _stop.Dispose();
        _timeUp.Dispose();
        _handOver.Dispose();
        _lastWrites.Dispose();
    }

    private async Task EachAsync(TimeSpan interval, Func<CancellationToken, Task> act)
    {
        using var timer = new PeriodicTimer(interval, _clock);
        while (Reason != StopReason.Fenced && await timer.WaitForNextTickAsync(_ended.Token))
        {
            try
            {
                using var limit = new CancellationTokenSource(WriteLimit, _clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _ended.Token);
                await act(either.Token);
            }
#pragma warning disable CA1031 // Store, broker or identity: whichever is away, the next tick tries again.
            catch (Exception e) when (!_ended.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogAway(_job.Id, act.Method.Name, e);
            }
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
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var since = _writtenAt == 0 ? _options.RenewEvery : _clock.GetElapsedTime(_writtenAt);
        var write = since >= _options.RenewEvery || (since >= _options.ReportEvery && _reporter.Progress != _job.Progress);
        var current = write
            ? await _jobs.UpdateAsync(
                _job.Id, s => JobTransitions.Heartbeat(s.Job, _job.Attempt, _reporter.Progress, TrainedSeconds), cancellationToken)
            : (await _jobs.ReadAsync(_job.Id, cancellationToken))?.Job;
        if (current is not null && write) _writtenAt = _clock.GetTimestamp();
        if (current is null || current.Attempt != _job.Attempt || current.State != JobState.Running) StopFor(StopReason.Fenced);
        else if (current.CancelRequestedAt is not null) StopFor(StopReason.Cancelled);
    }

    [LoggerMessage(81, LogLevel.Warning, "Job {JobId}: {What} failed; training goes on")]
    private partial void LogAway(string jobId, string what, Exception exception);
}
