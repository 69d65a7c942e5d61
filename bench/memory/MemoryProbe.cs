using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.Memory;

/// <summary>
/// Trains a network for a few steps and prints by how many bytes the process's peak lies above what it held before, libraries loaded and warm.
/// </summary>
internal static class MemoryProbe
{
    private const int Steps = 3;
    private const int Classes = 10;

    public static async Task<int> ExecuteAsync(string model, int batch, Precision precision, int threads)
    {
        await RunAsync("WRN-10-1", 8, precision, threads);
        GC.Collect();

        // From here on the kernel counts the peak anew.
        await File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        var before = Status("VmRSS");
        Console.WriteLine(await RunAsync(model, batch, precision, threads) - before);
        return 0;
    }

    private static async Task<long> RunAsync(string model, int batch, Precision precision, int threads)
    {
        if (!NetworkSpec.TryParse(model, out var spec, out var problem)) throw new ArgumentException(problem, nameof(model));
        const int count = Steps + 1;
        var images = new LabelledImages(
            new byte[count * batch * 3 * spec.ImageSize * spec.ImageSize],
            new ushort[count * batch],
            [.. Enumerable.Range(0, Classes).Select(c => $"{c}")],
            spec.ImageSize);
        new Random(1).NextBytes(images.Pixels);
        var settings = Recipes.Find("fast/one-cycle")!.Settings with { BatchSize = batch, Precision = precision, CropPadding = 0 };
        var plan = new TrainingPlan(spec, settings, images, images, new ChannelStatistics([0.5, 0.5, 0.5], [0.25, 0.25, 0.25]), 1, threads);
        using var stop = new CancellationTokenSource();
        var watch = new PeakWatch(stop);
        using var trainer = new Trainer(plan, watch, TimeProvider.System, NullLogger.Instance);
        await trainer.RunAsync(null, stop.Token);
        return watch.Peak;
    }

    private static long Status(string field)
    {
        var line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024;
    }

    /// <summary>Reads the peak at the last step's end, before the evaluation and the checkpoint, which are no part of a step.</summary>
    private sealed class PeakWatch(CancellationTokenSource stop) : ITrainingObserver
    {
        public long Peak { get; private set; }

        public async ValueTask OnStepAsync(StepReport report)
        {
            if (report.Step != Steps) return;
            Peak = Status("VmHWM");
            await stop.CancelAsync();
        }

        public ValueTask OnEpochAsync(EpochReport report) => ValueTask.CompletedTask;

        public ValueTask OnCheckpointAsync(CheckpointFiles files) => ValueTask.CompletedTask;
    }
}
