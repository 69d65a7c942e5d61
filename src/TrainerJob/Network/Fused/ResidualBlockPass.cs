using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network.Fused;

/// <summary>
/// One batch through a <see cref="ResidualBlock"/> in training and back.
/// Autograd sees the convolutions (and dropout) one by one; normalisations and the sum with the shortcut are done beside it.
/// </summary>
internal sealed class ResidualBlockPass
{
    private readonly NormaliseReluPass[] _normalised;
    private readonly Tensor[] _convolved;
    private readonly Tensor? _shortcut;

    /// <summary><paramref name="input"/> lives until <see cref="Backward"/>.</summary>
    public ResidualBlockPass(ResidualBlock block, Tensor input)
    {
        _normalised = new NormaliseReluPass[block.Convolutions.Length];
        _convolved = new Tensor[block.Convolutions.Length];
        var features = input;
        for (var i = 0; i < _convolved.Length; i++)
        {
            _normalised[i] = new NormaliseReluPass(block.Normalisations[i], features);
            features = block.Convolve(i, _normalised[i].Output);
            _convolved[i] = features;
        }

        _shortcut = block.Shortcut?.call(_normalised[0].Output);
        using var plain = _shortcut?.detach();
        Output = features.detach().add_(plain ?? input);
    }

    /// <summary>Not part of autograd's graph.</summary>
    public Tensor Output { get; }

    /// <summary>From the output's gradient, which is used up, to the input's; the parameters get theirs.</summary>
    public Tensor Backward(Tensor gradient)
    {
        Output.Dispose();
        var flowing = gradient;
        for (var i = _convolved.Length - 1; i >= 0; i--)
        {
            if (i == 0 && _shortcut is not null) autograd.backward([_convolved[i], _shortcut], [flowing, gradient]);
            else autograd.backward(_convolved[i], flowing);
            _convolved[i].Dispose();
            if (!ReferenceEquals(flowing, gradient)) flowing.Dispose();
            flowing = _normalised[i].Backward(i == 0 && _shortcut is null ? gradient : null);
        }

        _shortcut?.Dispose();
        gradient.Dispose();
        return flowing;
    }
}
