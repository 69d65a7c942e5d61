using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network;

/// <summary>The linear layer behind the pool, in float32. Weight uniform within ±1/√inputs, bias 0, as in the paper's code.</summary>
internal sealed class Classifier : nn.Module<Tensor, Tensor>
{
    public Classifier(int inputs, int classes, ParameterFactory factory) : base(nameof(Classifier))
    {
        Weight = factory.LinearWeight(inputs, classes);
        Bias = factory.Vector(classes, 0);
        register_parameter("weight", Weight);
        register_parameter("bias", Bias);
    }

    /// <summary>Classes×inputs.</summary>
    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public override Tensor forward(Tensor input) => nn.functional.linear(input, Weight, Bias);
}
