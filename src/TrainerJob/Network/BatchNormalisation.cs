using TorchSharp.Modules;
using WrnCloud.TrainerJob.Network.Fused;
using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network;

/// <summary>Batch normalisation over N, H and W followed by ReLU in place; float32 statistics and parameters for inputs of either type.</summary>
internal sealed class BatchNormalisation : nn.Module<Tensor, Tensor>
{
    public const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    public BatchNormalisation(int channels, ParameterFactory factory) : base(nameof(BatchNormalisation))
    {
        Weight = factory.Vector(channels, 1);
        Bias = factory.Vector(channels, 0);
        RunningMean = factory.Buffer(channels, 0);
        RunningVariance = factory.Buffer(channels, 1);
        register_parameter("weight", Weight);
        register_parameter("bias", Bias);
        register_buffer("running_mean", RunningMean);
        register_buffer("running_var", RunningVariance);
    }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public Tensor RunningMean { get; }

    public Tensor RunningVariance { get; }

    public override Tensor forward(Tensor input) => Normalise(input, input.device_type == TorchSharp.DeviceType.CUDA).relu_();

    /// <summary>Moves the running statistics towards a batch's, whose variance is over so many pixels; they keep the unbiased one.</summary>
    internal void Track(ChannelMoments moments, int pixels)
    {
        var (mean, variance) = (RunningMean.data<float>(), RunningVariance.data<float>());
        var unbiased = pixels / (pixels - 1.0);
        for (var c = 0; c < moments.Mean.Length; c++)
        {
            mean[c] += (float)(Momentum * (moments.Mean[c] - mean[c]));
            variance[c] += (float)(Momentum * ((moments.Variance[c] * unbiased) - variance[c]));
        }
    }

    /// <summary>The normalisation alone; on a GPU through the call that may use cuDNN.</summary>
    internal Tensor Normalise(Tensor input, bool cudnn) => cudnn
        ? TorchScripts.BatchNorm(input, Weight, Bias, RunningMean, RunningVariance, training, Momentum, Epsilon)
        : nn.functional.batch_norm(input, RunningMean, RunningVariance, Weight, Bias, training, Momentum, Epsilon);
}
