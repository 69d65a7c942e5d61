namespace WrnCloud.Architecture;

/// <summary>One layer of a network, as far as its size goes. Images have N×channels×size×size values, N the batch.</summary>
/// <param name="Kind">What it computes.</param>
/// <param name="Name">PyTorch's name of the module, such as <c>group1.0.conv1</c>; layers without parameters have one too.</param>
/// <param name="Input">Channels in.</param>
/// <param name="Output">Channels out.</param>
/// <param name="Kernel">Side of a convolution's kernel or of a window; 1 otherwise.</param>
/// <param name="Stride">Stride of a convolution or of a window; 1 otherwise.</param>
/// <param name="OutputSize">Side of what comes out, in pixels.</param>
/// <param name="IsKept">True when the backward pass needs what comes out, so that it stays in memory until then.</param>
public sealed record NetworkLayer(LayerKind Kind, string Name, int Input, int Output, int Kernel, int Stride, int OutputSize, bool IsKept)
{
    /// <summary>Values that come out, per image.</summary>
    public long OutputElements => (long)Output * OutputSize * OutputSize;

    /// <summary>Trained parameters.</summary>
    public long Parameters => Kind switch
    {
        LayerKind.Convolution => (long)Input * Output * Kernel * Kernel,
        LayerKind.Normalisation => 2L * Output,
        LayerKind.Classifier => ((long)Input * Output) + Output,
        _ => 0,
    };

    /// <summary>Multiply-accumulates per image of convolutions and classifier; the rest counts as nothing, as is the custom.</summary>
    public long MultiplyAccumulates => Kind switch
    {
        LayerKind.Convolution => Parameters * OutputSize * OutputSize,
        LayerKind.Classifier => (long)Input * Output,
        _ => 0,
    };

    internal static NetworkLayer Convolution(string name, int input, int output, int kernel, int stride, int outputSize, bool isKept = true) =>
        new(LayerKind.Convolution, name, input, output, kernel, stride, outputSize, isKept);

    internal static NetworkLayer Normalisation(string name, int channels, int size, bool isKept = true) =>
        new(LayerKind.Normalisation, name, channels, channels, 1, 1, size, isKept);

    internal static NetworkLayer Dropout(string name, int channels, int size) =>
        new(LayerKind.Dropout, name, channels, channels, 1, 1, size, IsKept: true);

    internal static NetworkLayer Sum(string name, int channels, int size, bool isKept) =>
        new(LayerKind.Sum, name, channels, channels, 1, 1, size, isKept);

    internal static NetworkLayer Classifier(string name, int channels, int classes) =>
        new(LayerKind.Classifier, name, channels, classes, 1, 1, 1, IsKept: true);
}
