using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>
/// Hears the run: keeps its progress for the record, hands points to the metrics file,
/// and uploads checkpoints and evaluations beside the training, which never waits for the store.
/// One upload is under way at a time; of the checkpoints made meanwhile, or that could not be stored, the newest is kept,
/// so memory holds three at most.
/// </summary>
internal sealed partial class RunReporter(
    Job job, MetricsLog metrics, EventLog events, CheckpointStore checkpoints, BlobStore blobs, TimeProvider clock, ILogger logger)
    : ITrainingObserver, IDisposable
{
    private static readonly TimeSpan PointEvery = TimeSpan.FromSeconds(1);

    private JobProgress? _progress = job.Progress;
    private double? _top1 = job.Progress?.Top1;
    private double _lossSum;
    private int _lossCount;
    private long _pointAt = clock.GetTimestamp();
    private StepReport? _lastStep;
    private (int Step, double Top1)? _evaluated;
    private readonly Lock _gate = new();
    private readonly Queue<EvaluationFile> _evaluations = new();
    private (CheckpointFiles Files, double? Top1)? _waiting;
    private readonly CancellationTokenSource _closed = new();
    private bool _uploading;
    private Task<Exception?> _upload = Task.FromResult<Exception?>(null);

    /// <summary>The newest progress.</summary>
    public JobProgress? Progress => Volatile.Read(ref _progress);

    /// <summary>From here nothing more is written, not even what is under way: another holder has the job, or its outcome is known.</summary>
    public void Close() => _closed.Cancel();

    public void Dispose() => _closed.Dispose();

    /// <summary>Takes the progress of work that has no steps of an optimizer.</summary>
    public void Report(JobProgress progress) => Volatile.Write(ref _progress, progress);

    public ValueTask OnStepAsync(StepReport report)
    {
        if (!double.IsNaN(report.Loss))
        {
            _lossSum += report.Loss;
            _lossCount++;
        }

        _lastStep = report;

        // The evaluation that follows makes this step's point: one point for each (attempt, step).
        if (report.EvaluationFollows) SetProgress(report, _lossCount > 0 ? _lossSum / _lossCount : null);
        else if (clock.GetElapsedTime(_pointAt) >= PointEvery) AddPoint(report, null);
        return ValueTask.CompletedTask;
    }

    public ValueTask OnEpochAsync(EpochReport report)
    {
        _top1 = report.Evaluation.Top1;
        _evaluated = (report.Step, report.Evaluation.Top1);
        AddPoint(_lastStep ?? BeforeTheFirstStep(report), report);
        lock (_gate) _evaluations.Enqueue(EvaluationFile.Of(report));
        return ValueTask.CompletedTask;
    }

    public ValueTask OnCheckpointAsync(CheckpointFiles files)
    {
        if (_closed.IsCancellationRequested) return ValueTask.CompletedTask;
        var top1 = _evaluated is { } e && e.Step == files.Position.Step ? e.Top1 : (double?)null;
        lock (_gate)
        {
            _waiting = (files, top1);
            StartUpload();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Waits until the newest checkpoint is stored and writes the remaining metrics.
    /// Safe to repeat: a checkpoint that could not be stored is tried again.
    /// </summary>
    /// <exception cref="Exception">The store's, when one of them could not be written.</exception>
    public async Task SaveAllAsync(CancellationToken cancellationToken)
    {
        Task<Exception?> upload;
        lock (_gate)
        {
            if (_waiting is not null) StartUpload();
            upload = _upload;
        }

        if (await upload.WaitAsync(cancellationToken) is { } failure) ExceptionDispatchInfo.Throw(failure);
        await metrics.FlushAsync(cancellationToken);
        await FlushEventsAsync(cancellationToken);
    }

    private void StartUpload()
    {
        if (_uploading) return;
        _uploading = true;
        _upload = Task.Run(UploadAsync);
    }

    // An attempt that was stopped between an epoch's last step and its evaluation leaves the evaluation to the next one.
    private StepReport BeforeTheFirstStep(EpochReport epoch)
    {
        var settings = job.Resolved.Settings;
        var rate = LearningRate.At(settings, Math.Max(0, epoch.Step - 1), Math.Max(1, epoch.Step / epoch.Epoch));
        var steps = (int)(job.Progress?.Steps ?? epoch.Step);
        var (imagesPerSecond, etaSeconds) = (job.Progress?.ImagesPerSecond ?? 0, job.Progress?.EtaSeconds ?? 0);
        return new StepReport(epoch.Epoch, settings.Epochs, epoch.Step, steps, imagesPerSecond, epoch.TrainLoss, rate, etaSeconds);
    }

    // Ends when nothing waits or the store refuses; gives the newest checkpoint's failure, if it failed.
    private async Task<Exception?> UploadAsync()
    {
        Exception? failure = null;
        while (true)
        {
            (CheckpointFiles Files, double? Top1)? next;
            EvaluationFile? evaluation;
            lock (_gate)
            {
                (next, _waiting) = (_waiting, null);
                _ = _evaluations.TryDequeue(out evaluation);
                _uploading = next is not null || evaluation is not null;
                if (!_uploading) return failure;
            }

            if (_closed.IsCancellationRequested) continue;
            if (evaluation is not null) await SaveAsync(evaluation);
            if (next is not { } checkpoint) continue;
            failure = await SaveAsync(checkpoint.Files, checkpoint.Top1);
            if (failure is null) continue;
            lock (_gate)
            {
                if (_waiting is not null) continue;
                (_waiting, _uploading) = (next, false);
                return failure;
            }
        }
    }

    private async Task SaveAsync(EvaluationFile evaluation)
    {
        try
        {
            await blobs.TryCreateJsonAsync(evaluation.NameFor(job), evaluation, _closed.Token);
        }
#pragma warning disable CA1031 // Store, identity, network: the curves have the figures that matter.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogEvaluationNotSaved(job.Id, evaluation.Step, e);
        }
    }

    // A store that is away costs this checkpoint, not the run: the next one may get through.
    private async Task<Exception?> SaveAsync(CheckpointFiles files, double? top1)
    {
        try
        {
            await checkpoints.SaveAsync(job, files, top1, _closed.Token);
            await FlushEventsAsync(_closed.Token);
            return null;
        }
#pragma warning disable CA1031 // Store, identity, network: training goes on whichever it was.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotSaved(job.Id, files.Position.Step, e);
            return e;
        }
    }

    // Nothing hangs on these: what could not be written is tried again with the next checkpoint.
    private async Task FlushEventsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await events.FlushAsync(cancellationToken);
        }
#pragma warning disable CA1031 // Store, identity, network: the checkpoint before it is safe.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogEventsNotWritten(job.Id, e);
        }
    }

    private void AddPoint(StepReport step, EpochReport? epoch)
    {
        if (_lossCount == 0 && epoch is null) return;
        var loss = _lossCount > 0 ? _lossSum / _lossCount : step.Loss;
        var point = new MetricPoint(
            job.Attempt,
            step.Step,
            step.Epoch,
            Finite(loss),
            step.LearningRate,
            Math.Round(step.ImagesPerSecond, 1),
            Finite(epoch?.Evaluation.Loss),
            epoch?.Evaluation.Top1,
            epoch?.Evaluation.Top5,
            epoch?.Evaluation.PerClass());
        metrics.Add(JsonSerializer.SerializeToUtf8Bytes(point, WrnJson.Compact));
        events.Add(point);
        SetProgress(step, loss);
        (_lossSum, _lossCount, _pointAt) = (0, 0, clock.GetTimestamp());
    }

    private void SetProgress(StepReport step, double? loss)
    {
        var (rate, eta) = (Math.Round(step.ImagesPerSecond, 1), Math.Round(step.EtaSeconds, 1));
        Volatile.Write(ref _progress, new JobProgress(step.Epoch, step.Epochs, step.Step, step.Steps, rate, Finite(loss), _top1, eta));
    }

    // JSON has no word for infinity; a diverged loss ends the run anyway, with its own reason.
    private static double Finite(double value) => double.IsFinite(value) ? Math.Round(value, 6) : double.MaxValue;

    private static double? Finite(double? value) => value is { } v ? Finite(v) : null;

    [LoggerMessage(94, LogLevel.Error, "Job {JobId}: the checkpoint of step {Step} could not be written; training goes on")]
    private partial void LogNotSaved(string jobId, int step, Exception exception);

    [LoggerMessage(99, LogLevel.Warning, "Job {JobId}: the evaluation of step {Step} could not be written")]
    private partial void LogEvaluationNotSaved(string jobId, int step, Exception exception);

    [LoggerMessage(103, LogLevel.Warning, "Job {JobId}: the TensorBoard events could not be written yet")]
    private partial void LogEventsNotWritten(string jobId, Exception exception);
}
