using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainingBench;

/// <summary>Images of noise in CIFAR's shape: what they show makes no difference to how long they take.</summary>
internal static class SyntheticImages
{
    /// <summary>Mean and deviation as the peer has them.</summary>
    public static ChannelStatistics Statistics { get; } = new([0.491, 0.482, 0.447], [0.247, 0.243, 0.262]);

    public static LabelledImages Create(int count, int size = 32)
    {
        var random = new SplitMix64(1);
        var pixels = new byte[count * 3 * size * size];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)random.Next(256);
        return new LabelledImages(
            pixels, [.. Enumerable.Range(0, count).Select(i => (ushort)(i % 10))], [.. Enumerable.Range(0, 10).Select(i => $"class {i}")], size);
    }

    /// <summary>The paper's augmentation and optimizer, as the peer has them.</summary>
    public static TrainingSettings Settings(int batch, Precision precision) => new()
    {
        Epochs = 1_000_000,
        BatchSize = batch,
        Schedule = LearningRateSchedule.Steps,
        LearningRate = 0.1,
        Flip = true,
        CropPadding = 4,
        Padding = PaddingMode.Reflection,
        Precision = precision,
    };

    public static TrainingPlan Plan(MeasureRequest request, int images)
    {
        var spec = Networks.Spec(request.Network);
        var (train, test) = (Create(images, spec.ImageSize), Create(1, spec.ImageSize));
        return new TrainingPlan(spec, Settings(request.Batch, request.Precision), train, test, Statistics, 1, request.Threads)
        {
            Freeze = spec is ImageNetResNetSpec ? Freeze.Group2 : Freeze.None,
        };
    }
}
