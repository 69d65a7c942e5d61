using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network;

/// <summary>
/// A convolution without bias, its kernel 1×1, 3×3 or 7×7, that keeps the image's size, or halves it with stride 2.
/// Its float32 weight lies channels-last in memory and is cast to the input's type,
/// so that bfloat16 images make a bfloat16 convolution on float32 weights.
/// </summary>
/// <remarks>
/// On the CPU a wide 1×1 convolution is computed as the matrix product that it is.
/// oneDNN's own kernels for it plan by the sizes of the caches, and where the processor does not tell them, as on some virtual machines,
/// they give wrong sums (160 to 320 channels with stride 2, WRN-28-10's shortcut) or divide by zero.
/// Narrow ones are right, and as products they would be slower than the 3×3 convolutions beside them.
/// </remarks>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
    // The narrowest that came out wrong makes 320 channels; none of up to this many did.
    private const int NarrowOutputs = 128;

    public Convolution(int input, int output, int kernel, int stride, ParameterFactory factory) : base(nameof(Convolution))
    {
        Weight = factory.ConvolutionWeight(input, output, kernel);
        Kernel = kernel;
        Stride = stride;
        register_parameter("weight", Weight);
    }

    public int Kernel { get; }

    public int Stride { get; }

    /// <summary>Output×input×kernel×kernel.</summary>
    public Parameter Weight { get; }

    public override Tensor forward(Tensor input) => Apply(input, Weight.to(input.dtype), null, Kernel, Stride);

    /// <summary>The convolution by a weight of the input's type, with a bias where there is one.</summary>
    internal static Tensor Apply(Tensor input, Tensor weight, Tensor? bias, int kernel, int stride)
    {
        var asProduct = kernel == 1 && weight.shape[0] > NarrowOutputs && input.device_type == TorchSharp.DeviceType.CPU;
        return asProduct
            ? Multiply(input, weight, bias, stride)
            : nn.functional.conv2d(input, weight, bias, [stride, stride], [kernel / 2, kernel / 2]);
    }

    // Channels-last images are rows of pixels already.
    private static Tensor Multiply(Tensor input, Tensor weight, Tensor? bias, int stride)
    {
        var pixels = stride == 1 ? input : input.slice(2, 0, input.shape[2], stride).slice(3, 0, input.shape[3], stride);
        return nn.functional.linear(pixels.permute(0, 2, 3, 1), weight.flatten(1), bias).permute(0, 3, 1, 2);
    }
}
