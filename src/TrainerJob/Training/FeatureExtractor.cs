using WrnCloud.Datasets;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>What a frozen network sees of images, its classifier's input, computed in batches.</summary>
internal sealed class FeatureExtractor(ImageClassifier network, IImageSet images, Preprocessor preprocessor, ScalarType type) : IDisposable
{
    private const int MostImages = 64;
    private const int FewestImages = 16;
    private readonly FoldedResNet? _folded = network is ImageNetResNet resNet ? new FoldedResNet(resNet, type) : null;
    private readonly BatchAssembler _batches = new(images, preprocessor);

    /// <summary>Images of a batch: fewer, the larger they are.</summary>
    public int BatchSize { get; } = Math.Clamp(MostImages * 64 * 64 / (images.Size * images.Size), FewestImages, MostImages);

    /// <summary>The features of the images at these positions and, where asked for, of their mirror images: n×D each, float32 on the CPU.</summary>
    public (Tensor Plain, Tensor? Mirrored) Extract(ReadOnlySpan<int> positions, bool mirror)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var batch = _batches.Images(positions, Augmentation.None, 0, 0).to(type, network.Device);
        var mirrored = mirror ? Look(batch.permute(0, 2, 3, 1).flip(2).permute(0, 3, 1, 2)) : null;
        return (Look(batch).MoveToOuterDisposeScope(), mirrored?.MoveToOuterDisposeScope());
    }

    public void Dispose() => _folded?.Dispose();

    private Tensor Look(Tensor batch) => (_folded?.Features(batch) ?? network.Features(batch)).cpu();
}
