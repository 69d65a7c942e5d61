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

    public static LabelledImages Create(int count)
    {
        var random = new SplitMix64(1);
        var pixels = new byte[count * LabelledImages.ImageBytes];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)random.Next(256);
        return new LabelledImages(pixels, [.. Enumerable.Range(0, count).Select(i => (ushort)(i % 10))], [.. Enumerable.Range(0, 10).Select(i => $"class {i}")]);
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

    public static TrainingPlan Plan(MeasureRequest request, int images) => new(
        Networks.Spec(request.Network), Settings(request.Batch, request.Precision), Create(images), Create(1), Statistics, 1, request.Threads);
}
