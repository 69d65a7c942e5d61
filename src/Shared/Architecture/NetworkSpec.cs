using System.Diagnostics.CodeAnalysis;

namespace WrnCloud.Architecture;

/// <summary>A network of one of the families that requests may name, apart from its weights and its number of classes.</summary>
public abstract record NetworkSpec
{
    /// <summary>Side of CIFAR's and SVHN's images, in pixels.</summary>
    public const int CifarImageSize = 32;

    /// <summary>Side of the crops that the ImageNet networks take, in pixels.</summary>
    public const int ImageNetImageSize = 224;

    /// <summary>The field's name for the net, such as <c>WRN-28-10</c>; <see cref="TryParse(string?, out NetworkSpec?, out string)"/> reads it.</summary>
    public abstract string Name { get; }

    /// <summary>Side of the images that the network takes, in pixels.</summary>
    public abstract int ImageSize { get; }

    /// <summary>Number of trained parameters (convolutions, batch-norm scale and shift, classifier), running statistics not counted.</summary>
    public abstract long ParameterCount(int classes);

    /// <summary>Multiply-accumulates of one forward pass of one image.</summary>
    public abstract long MultiplyAccumulates(int classes);

    /// <summary>Reads a network's name, of any family. On failure <paramref name="problem"/> is a sentence that says what is wrong and what would be right.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NetworkSpec? spec, out string problem)
    {
        spec = WideResNetSpec.TryParse(text, out WideResNetSpec wide, out problem) ? wide : null;
        return spec is not null;
    }
}
