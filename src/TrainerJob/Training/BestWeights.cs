using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>The weights of the epoch that did best on the validation images: those that are published.</summary>
internal sealed class BestWeights(ImageClassifier network) : IDisposable
{
    private readonly List<(string Name, Tensor Value)> _kept = [];

    /// <summary>The copies, by the network's names; empty before the first epoch.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> NamedState => _kept;

    /// <summary>Whether an epoch beats the best one so far: by top-1, and among equal ones, which a small set has many of, by the loss.</summary>
    public static bool IsBetter(CheckpointPosition best, EvaluationResult result) =>
        result.Top1 > best.BestTop1 || (result.Top1 >= best.BestTop1 && result.Loss < (best.BestLoss ?? double.MaxValue));

    /// <summary>Copies the network's present weights.</summary>
    public void Keep()
    {
        Prepare();
        using var gradients = no_grad();
        foreach (var ((_, kept), (_, present)) in _kept.Zip(network.NamedState())) kept.copy_(present);
    }

    /// <summary>Makes room for weights that are about to be copied in.</summary>
    public void Prepare()
    {
        if (_kept.Count > 0) return;
        using var gradients = no_grad();
        _kept.AddRange(network.NamedState().Select(s => (s.Name, s.Value.detach().clone().DetachFromDisposeScope())));
    }

    /// <summary>Gives the network the best weights, where there are some.</summary>
    public void Restore()
    {
        if (_kept.Count == 0) return;
        using var gradients = no_grad();
        foreach (var ((_, kept), (_, present)) in _kept.Zip(network.NamedState())) present.copy_(kept);
    }

    public void Dispose()
    {
        foreach (var (_, kept) in _kept) kept.Dispose();
    }
}
