using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network;

/// <summary>
/// A convolution without bias, its kernel 1×1, 3×3 or 7×7, that keeps the image's size, or halves it with stride 2. Its float32 weight lies channels-last in memory and is
/// cast to the input's type, so that bfloat16 images make a bfloat16 convolution on float32 weights.
/// </summary>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
    private readonly long[] _strides;
    private readonly long[] _padding;

    public Convolution(int input, int output, int kernel, int stride, ParameterFactory factory) : base(nameof(Convolution))
    {
        Weight = factory.ConvolutionWeight(input, output, kernel);
        _strides = [stride, stride];
        _padding = [kernel / 2, kernel / 2];
        Kernel = kernel;
        Stride = stride;
        register_parameter("weight", Weight);
    }

    public int Kernel { get; }

    public int Stride { get; }

    /// <summary>Output×input×kernel×kernel.</summary>
    public Parameter Weight { get; }

    public override Tensor forward(Tensor input) => nn.functional.conv2d(input, Weight.to(input.dtype), null, _strides, _padding);
}
