using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Hosting;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>Small runs on images that are easy to tell apart.</summary>
internal static class Samples
{
    public static ChannelStatistics Statistics { get; } = new([0.5, 0.45, 0.4], [0.25, 0.24, 0.26]);

    public static Preprocessor Preprocessor { get; } = ChannelPreprocessor.Of(Statistics);

    public static TrainingSettings Settings { get; } = new()
    {
        Epochs = 4,
        BatchSize = 16,
        Schedule = LearningRateSchedule.OneCycle,
        LearningRate = 0.05,
        LabelSmoothing = 0.1,
        Dropout = 0.3,
        Flip = true,
        CropPadding = 4,
        Precision = Precision,
    };

    /// <summary>float32, or what <c>Trainer__Precision</c> says, so that one variable runs the whole suite in the other arithmetic.</summary>
    public static Precision Precision =>
        TrainerOptions.From(new ConfigurationBuilder().AddEnvironmentVariables().Build(), []).Precision ?? Precision.Fp32;

    public static WideResNetSpec Spec(string name) =>
        WideResNetSpec.TryParse(name, out var spec, out var problem) ? spec : throw new ArgumentException(problem, nameof(name));

    /// <summary>Class c is a colour of its own under noise; the classes go round.</summary>
    public static LabelledImages Images(int count, int classes, long seed)
    {
        var random = new SplitMix64(seed);
        var pixels = new byte[count * LabelledImages.ImageBytes];
        var labels = new ushort[count];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (image, channel) = (i / LabelledImages.ImageBytes, i % LabelledImages.ImageBytes / 1024);
            labels[image] = (ushort)(image % classes);
            pixels[i] = (byte)(((labels[image] * 85 * (channel + 1)) + random.Next(90)) % 256);
        }

        return new LabelledImages(pixels, labels, [.. Enumerable.Range(0, classes).Select(c => $"class {c}")]);
    }

    public static TrainingPlan Plan(TrainingSettings settings, string network = "WRN-10-1", long seed = 7, int threads = 2) =>
        new(Spec(network), settings, Images(72, 3, 1), Images(30, 3, 2), Statistics, seed, threads);

    public static Trainer Trainer(TrainingPlan plan, ITrainingObserver observer) => new(plan, observer, TimeProvider.System, NullLogger.Instance);

    /// <summary>Runs a plan in a trainer of its own and gives what it reported.</summary>
    public static async Task<RunRecord> RunAsync(TrainingPlan plan, CheckpointFiles? resume = null, int? stopAfterStep = null)
    {
        using var stop = new CancellationTokenSource();
        var record = new RunRecord(stop, stopAfterStep);
        using var trainer = Trainer(plan, record);
        record.Outcome = await trainer.RunAsync(resume, stop.Token);
        return record;
    }
}
