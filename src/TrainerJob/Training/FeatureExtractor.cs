using TorchSharp;
using WrnCloud.Datasets;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Onnx;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// What a frozen network sees of images, its classifier's input, computed in batches by whatever is fastest:
/// ONNX Runtime in float32 on a CPU, else libtorch with the batch norms folded.
/// </summary>
internal sealed class FeatureExtractor : IDisposable
{
    private const int MostImages = 64;
    private const int FewestImages = 16;
    private readonly ImageClassifier _network;
    private readonly ScalarType _type;
    private readonly BatchAssembler _batches;
    private readonly BackboneSession? _session;
    private readonly FoldedResNet? _folded;

    /// <param name="network">In evaluation mode; what is trained of it afterwards is not seen.</param>
    /// <param name="images">The images.</param>
    /// <param name="preprocessor">What is done to them.</param>
    /// <param name="type">float32 or bfloat16.</param>
    public FeatureExtractor(ImageClassifier network, IImageSet images, Preprocessor preprocessor, ScalarType type)
    {
        (_network, _type, _batches) = (network, type, new BatchAssembler(images, preprocessor));
        if (EngineOf(network, type) == FeatureEngine.OnnxRuntime) _session = new BackboneSession(network, images.Size, get_num_threads());
        else if (network is ImageNetResNet resNet) _folded = new FoldedResNet(resNet, type);
    }

    /// <summary>Images of a batch: fewer, the larger they are.</summary>
    public static int BatchSizeOf(int side) => Math.Clamp(MostImages * 64 * 64 / (side * side), FewestImages, MostImages);

    /// <summary>The engine for this device and type: chosen by the device alone, never by a timing.</summary>
    public static FeatureEngine EngineOf(ImageClassifier network, ScalarType type) =>
        type == ScalarType.Float32 && network.Device.type == DeviceType.CPU ? FeatureEngine.OnnxRuntime : FeatureEngine.Libtorch;

    /// <summary>The features of the images at these positions, n×D float32 on the CPU.</summary>
    public Tensor Extract(ReadOnlySpan<int> positions)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var batch = _batches.Images(positions, Augmentation.None, 0, 0).to(_type, _network.Device);
        var features = _session?.Features(batch) ?? (_folded?.Features(batch) ?? _network.Features(batch)).cpu();
        return features.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _session?.Dispose();
        _folded?.Dispose();
    }
}

/// <summary>The engines that compute features.</summary>
internal enum FeatureEngine
{
    /// <summary>TorchSharp.</summary>
    Libtorch,

    /// <summary>ONNX Runtime.</summary>
    OnnxRuntime,
}
