using System.Diagnostics.CodeAnalysis;

namespace WrnCloud.Architecture;

/// <summary>A network of one of the families that requests may name, apart from its weights and its number of classes.</summary>
public abstract record NetworkSpec
{
    /// <summary>Side of CIFAR's and SVHN's images, in pixels.</summary>
    public const int CifarImageSize = 32;

    /// <summary>Side of the crops that the ImageNet networks take, in pixels.</summary>
    public const int ImageNetImageSize = 224;

    /// <summary>How the networks of each family are named, as a sentence.</summary>
    public const string Forms =
        "A network is named WRN-depth-width, such as WRN-16-2, WRN-40-2-B(3,1) or WRN-40-2-l3; ResNet-depth, such as ResNet-110, ResNet-164 or " +
        "ResNet-29-bottleneck; or for ImageNet WRN-18-1.5-imagenet or WRN-50-2-bottleneck.";

    /// <summary>The field's name for the net, such as <c>WRN-28-10</c>; <see cref="TryParse(string?, out NetworkSpec?, out string)"/> reads it.</summary>
    public abstract string Name { get; }

    /// <summary>Side of the images that the network takes, in pixels.</summary>
    public abstract int ImageSize { get; }

    /// <summary>Every layer in the order in which it computes. A convolution on a shortcut stands behind the branch that it passes by.</summary>
    public abstract IEnumerable<NetworkLayer> Layers(int classes);

    /// <summary>Number of trained parameters (convolutions, batch-norm scale and shift, classifier), running statistics not counted.</summary>
    public long ParameterCount(int classes) => Layers(classes).Sum(l => l.Parameters);

    /// <summary>Multiply-accumulates of one forward pass of one image.</summary>
    public long MultiplyAccumulates(int classes) => Layers(classes).Sum(l => l.MultiplyAccumulates);

    /// <summary>
    /// Reads a network's name, of any family. On failure <paramref name="problem"/> is a sentence that says what is wrong and what would be right: for a
    /// wrong depth the nearest depths of that family, for an unknown family the forms that a name may have.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NetworkSpec? spec, out string problem)
    {
        text ??= "";
        problem = Forms;
        spec = WideResNetSpec.Read(text, ref problem) ?? PreActivationResNetSpec.Read(text, ref problem) ?? ImageNetResNetSpec.Read(text, ref problem);
        if (spec is null) return false;
        problem = "";
        return true;
    }
}
