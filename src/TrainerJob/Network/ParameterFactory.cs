using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network;

/// <summary>
/// Makes a network's parameters and buffers on their device.
/// Values are drawn on the CPU, so that they do not depend on the device; on the meta device there are shapes alone, and nothing is drawn.
/// </summary>
internal sealed class ParameterFactory(Generator random, Device device, bool fanOut = false)
{
    private bool HasValues => device.type != TorchSharp.DeviceType.META;

    /// <summary>
    /// A convolution's weight, output×input×kernel×kernel, channels-last in memory, He initialisation:
    /// normal with variance 2 / fan-in, or 2 / fan-out.
    /// </summary>
    public Parameter ConvolutionWeight(int input, int output, int kernel)
    {
        using var values = Empty(output, kernel, kernel, input);
        if (HasValues) values.normal_(0, Math.Sqrt(2.0 / (kernel * kernel * (fanOut ? output : input))), random);
        return new Parameter(values.permute(0, 3, 1, 2).to(device));
    }

    /// <summary>A linear layer's weight, outputs×inputs, uniform within ±1/√inputs.</summary>
    public Parameter LinearWeight(int inputs, int outputs)
    {
        var bound = 1 / Math.Sqrt(inputs);
        var values = Empty(outputs, inputs);
        if (HasValues) values.uniform_(-bound, bound, random);
        return new Parameter(values.to(device));
    }

    /// <summary>A trained vector that starts with one value everywhere.</summary>
    public Parameter Vector(int size, float value) => new(Buffer(size, value));

    /// <summary>A running statistic that starts with one value everywhere.</summary>
    public Tensor Buffer(int size, float value) => full(size, value, dtype: ScalarType.Float32, device: device);

    private Tensor Empty(params long[] shape) => empty(shape, dtype: ScalarType.Float32, device: HasValues ? CPU : device);
}
