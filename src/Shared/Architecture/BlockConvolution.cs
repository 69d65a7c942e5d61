namespace WrnCloud.Architecture;

/// <summary>One convolution of a residual block.</summary>
/// <param name="Kernel">Side of the kernel, 1 or 3.</param>
/// <param name="Output">Channels out.</param>
public sealed record BlockConvolution(int Kernel, int Output);
