using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network.Fused;

/// <summary>
/// One batch through a <see cref="BatchNormalisation"/> in training and back, by <see cref="NormaliseReluKernel"/>.
/// The output is a leaf of autograd's graph; its gradient, once autograd has left it there, is turned into the input's by <see cref="Backward"/>.
/// </summary>
internal sealed unsafe class NormaliseReluPass
{
    private readonly BatchNormalisation _layer;
    private readonly Tensor _input;
    private readonly double[] _inverse;
    private readonly float[] _mean;
    private readonly float[] _scale;
    private readonly float[] _shift;

    /// <summary>
    /// Normalises by the batch's own statistics and moves the running ones. <paramref name="input"/> N×C×H×W lives until <see cref="Backward"/>.
    /// </summary>
    public NormaliseReluPass(BatchNormalisation layer, Tensor input)
    {
        (_layer, _input) = (layer, input);
        var x = PixelRows.Of(input);
        var threads = get_num_threads();
        var moments = x.IsHalf
            ? NormaliseReluKernel.Moments<BFloat16Element>(x.Data, x.Rows, x.Channels, threads)
            : NormaliseReluKernel.Moments<Float32Element>(x.Data, x.Rows, x.Channels, threads);
        layer.Track(moments, x.Rows);
        _inverse = [.. moments.Variance.Select(v => 1 / Math.Sqrt(v + BatchNormalisation.Epsilon))];
        _mean = [.. moments.Mean.Select(m => (float)m)];
        var (weight, bias) = (layer.Weight.data<float>(), layer.Bias.data<float>());
        (_scale, _shift) = (new float[x.Channels], new float[x.Channels]);
        for (var c = 0; c < x.Channels; c++)
        {
            _scale[c] = (float)(weight[c] * _inverse[c]);
            _shift[c] = (float)(bias[c] - (moments.Mean[c] * _scale[c]));
        }

        Output = empty_like(input);
        var y = PixelRows.Of(Output);
        if (x.IsHalf) NormaliseReluKernel.Apply<BFloat16Element>(x.Data, y.Data, x.Rows, x.Channels, _scale, _shift, threads);
        else NormaliseReluKernel.Apply<Float32Element>(x.Data, y.Data, x.Rows, x.Channels, _scale, _shift, threads);
        Output.requires_grad = true;
    }

    /// <summary>N×C×H×W, a leaf.</summary>
    public Tensor Output { get; }

    /// <summary>
    /// Leaves the layer's gradients at its parameters and returns the input's, in the memory of the output's,
    /// with <paramref name="other"/> added, what flows to the input by another way. The output is gone then.
    /// </summary>
    public Tensor Backward(Tensor? other)
    {
        var gradient = Output.grad ?? throw new InvalidOperationException("The output has no gradient yet.");
        Output.grad = null;
        Output.Dispose();
        if (_input.dtype == ScalarType.BFloat16) Run<BFloat16Element>(gradient, other);
        else Run<Float32Element>(gradient, other);
        return gradient;
    }

    private void Run<T>(Tensor gradient, Tensor? other)
        where T : IElement
    {
        var (x, g, more) = (PixelRows.Of(_input), PixelRows.Of(gradient), other is null ? default : PixelRows.Of(other));
        var threads = get_num_threads();
        var (sum, product) = NormaliseReluKernel.GradientSums<T>(x.Data, g.Data, x.Rows, x.Channels, _scale, _shift, _mean, threads);
        var (b, c) = (new float[x.Channels], new float[x.Channels]);
        for (var i = 0; i < x.Channels; i++)
        {
            b[i] = (float)(-_scale[i] * _inverse[i] * _inverse[i] * product[i] / x.Rows);
            c[i] = (float)(-_scale[i] * sum[i] / x.Rows);
            product[i] *= _inverse[i];
        }

        NormaliseReluKernel.ApplyGradient<T>(x.Data, g.Data, more.Data, x.Rows, x.Channels, _scale, _shift, _mean, _scale, b, c, threads);
        Leave(_layer.Weight, product);
        Leave(_layer.Bias, sum);
    }

    private static void Leave(Parameter parameter, double[] gradient) => parameter.grad = tensor([.. gradient.Select(g => (float)g)]);
}
