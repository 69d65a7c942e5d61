using WrnCloud.Architecture;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network;

/// <summary>
/// A network of any family. Takes normalised images N×3×S×S with the spec's S, channels-last in memory, float32 or bfloat16, and gives float32 logits
/// N×classes; the convolutions compute in the images' type. Parameters are float32 and carry PyTorch's names.
/// </summary>
public abstract class ImageClassifier : nn.Module<Tensor, Tensor>
{
    /// <summary>For a family's class.</summary>
    private protected ImageClassifier(string name, int classes) : base(name) => ClassCount = classes;

    /// <summary>The network's architecture.</summary>
    public abstract NetworkSpec Spec { get; }

    /// <summary>Logits per image.</summary>
    public int ClassCount { get; }

    /// <summary>Where the parameters are.</summary>
    internal Device Device => Classifier.Weight.device;

    /// <summary>The last layer.</summary>
    internal abstract Classifier Classifier { get; }

    /// <summary>Builds and initialises the network of a spec; equal seeds give equal weights on every device. The CPU is the default.</summary>
    public static ImageClassifier Create(NetworkSpec spec, int classes, double dropout, long seed, Device? device = null) => spec switch
    {
        PreActivationSpec small => new WideResNet(small, classes, dropout, seed, device),
        ImageNetResNetSpec large => new ImageNetResNet(large, classes, dropout, seed, device),
        _ => throw new ArgumentException($"{spec.Name} is of no family that can be built.", nameof(spec)),
    };

    /// <summary>The same network on the CPU, the caller's to dispose.</summary>
    internal ImageClassifier CopyToCpu()
    {
        var copy = Create(Spec, ClassCount, 0, 0);
        using var gradients = no_grad();
        foreach (var ((_, target), (_, source)) in copy.NamedState().Zip(NamedState())) target.copy_(source);
        return copy;
    }

    /// <summary>The classifier's input for each image: float32 N×channels, the last layer before it averaged over all pixels.</summary>
    internal abstract Tensor Features(Tensor images);

    /// <inheritdoc/>
    public sealed override Tensor forward(Tensor input) => Classifier.call(Features(input));

    /// <summary>Runs a batch forward in training mode, ready to go back: images as for <c>forward</c>.</summary>
    internal virtual TrainingPass Train(Tensor images) => new(call(images));

    /// <summary>Every trained parameter and every running statistic by name, in a fixed order.</summary>
    internal IEnumerable<(string Name, Tensor Value)> NamedState() =>
        named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Concat(named_buffers().Select(b => (b.name, b.buffer)));
}
