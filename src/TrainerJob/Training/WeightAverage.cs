using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// The exponential moving average of a network's parameters and running statistics, in a second network. The decay rises with the steps,
/// min(decay, (1 + step) / (10 + step)), so that the first weights, which are noise, are soon forgotten.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly Tensor[] _averages;
    private readonly Tensor[] _weights;

    /// <summary>Starts with the network's present weights. <paramref name="network"/> stays the caller's.</summary>
    public WeightAverage(ImageClassifier network, double decay)
    {
        _decay = decay;
        Network = ImageClassifier.Create(network.Spec, network.ClassCount, 0, 0, network.Device);
        _weights = [.. network.NamedState().Select(s => s.Value)];
        _averages = [.. Network.NamedState().Select(s => s.Value)];
        Reset();
    }

    /// <summary>The network with the averages.</summary>
    public ImageClassifier Network { get; }

    /// <summary>Begins anew with the present weights.</summary>
    public void Reset()
    {
        using var gradients = no_grad();
        for (var i = 0; i < _weights.Length; i++) _averages[i].copy_(_weights[i]);
    }

    /// <summary>Takes in the weights after the optimizer step with this 0-based number.</summary>
    public void Update(int step)
    {
        using var gradients = no_grad();
        TorchScripts.LerpAll(_averages, _weights, 1 - Math.Min(_decay, (1.0 + step) / (10.0 + step)));
    }

    public void Dispose() => Network.Dispose();
}
