using System.Diagnostics.CodeAnalysis;

namespace WrnCloud.Architecture;

/// <summary>A network of one of the families that requests may name, apart from its weights and its number of classes.</summary>
public abstract record NetworkSpec
{
    /// <summary>Side of CIFAR's and SVHN's images, in pixels: the default of the networks made for them, and the least of any.</summary>
    public const int CifarImageSize = 32;

    /// <summary>Side of the crops that the ImageNet networks take by default, in pixels.</summary>
    public const int ImageNetImageSize = 224;

    /// <summary>Largest side that a request may ask for, in pixels.</summary>
    public const int MaxImageSize = 512;

    /// <summary>How the networks of each family are named, as a sentence.</summary>
    public const string Forms =
        "A network for small images is named WRN-depth-width, such as WRN-16-2, WRN-40-2-B(3,1) or WRN-40-2-l3, "
        + "or ResNet-depth, such as ResNet-110, ResNet-164 or ResNet-29-bottleneck; "
        + "one for photographs ResNet-18, ResNet-34, ResNet-50, WRN-50-2-bottleneck, WRN-18-1.5-imagenet, "
        + "or by the blocks of each group ResNet-2-2-2-3.";

    /// <summary>Takes the family's default size.</summary>
    private protected NetworkSpec(int imageSize) => ImageSize = imageSize;

    /// <summary>
    /// The field's name for the net, such as <c>WRN-28-10</c>; <see cref="TryParse(string?, out NetworkSpec?, out string)"/> reads it.
    /// </summary>
    public abstract string Name { get; }

    /// <summary>Side of the images that the network takes, in pixels. It is no part of the name: the same weights serve every size.</summary>
    public int ImageSize { get; private init; }

    /// <summary>Every side is a multiple of this, the factor by which the network shrinks the image.</summary>
    public abstract int SizeStep { get; }

    /// <summary>The sizes that the network may be built for, in words.</summary>
    public string Sizes => $"{CifarImageSize} to {MaxImageSize} in steps of {SizeStep}";

    /// <summary>Every layer in the order in which it computes. A convolution on a shortcut stands behind the branch that it passes by.</summary>
    public abstract IEnumerable<NetworkLayer> Layers(int classes);

    /// <summary>Whether the network may be built for images of this side.</summary>
    public bool Takes(int imageSize) => imageSize is >= CifarImageSize and <= MaxImageSize && imageSize % SizeStep == 0;

    /// <summary>The same network for images of another side.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is none of <see cref="Sizes"/>.</exception>
    public NetworkSpec At(int imageSize) => Takes(imageSize)
        ? this with { ImageSize = imageSize }
        : throw new ArgumentOutOfRangeException(nameof(imageSize), imageSize, $"{Name} takes images of {Sizes} pixels.");

    /// <summary>Number of trained parameters (convolutions, batch-norm scale and shift, classifier), running statistics not counted.</summary>
    public long ParameterCount(int classes) => Layers(classes).Sum(l => l.Parameters);

    /// <summary>Multiply-accumulates of one forward pass of one image.</summary>
    public long MultiplyAccumulates(int classes) => Layers(classes).Sum(l => l.MultiplyAccumulates);

    /// <summary>
    /// Reads a network's name, of any family. On failure <paramref name="problem"/> is a sentence that says what is wrong
    /// and what would be right: for a wrong depth the nearest depths of that family, for an unknown family the forms that a name may have.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NetworkSpec? spec, out string problem)
    {
        text ??= "";
        problem = Forms;
        spec = WideResNetSpec.Read(text, ref problem)
            ?? PreActivationResNetSpec.Read(text, ref problem)
            ?? ImageNetResNetSpec.Read(text, ref problem);
        if (spec is null) return false;
        problem = "";
        return true;
    }
}
