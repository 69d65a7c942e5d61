using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// A run's tensors to and from a checkpoint's files: what is trained, its momenta, the average where there is one, and the best so far.
/// </summary>
internal sealed class CheckpointState(TrainingPlan plan, ImageClassifier network, SgdOptimizer optimizer, WeightAverage? average, BestWeights? best)
{
    /// <summary>Copies the tensors out; the bytes of the files are made from the copies when they are asked for.</summary>
    public CheckpointFiles Capture(CheckpointPosition position)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt", ["network"] = plan.Spec.Name };
        var files = Files().ToDictionary(f => f.Name, f => TensorArchive.Capture(f.Tensors, metadata), StringComparer.Ordinal);
        return new CheckpointFiles(files, position);
    }

    /// <summary>Copies a checkpoint in. All of it is checked before any of it is taken, so that a refused one leaves the run as it was.</summary>
    /// <exception cref="CheckpointException">It is damaged or another run's.</exception>
    public void Restore(CheckpointFiles checkpoint)
    {
        Check(checkpoint.Position);
        if (checkpoint.Files.ContainsKey(CheckpointFiles.BestFile)) best?.Prepare();
        var files = Files().ToList();
        if (files.FirstOrDefault(f => !checkpoint.Files.ContainsKey(f.Name)).Name is { } missing)
            throw new CheckpointException($"The checkpoint has no {missing}.");
        foreach (var (name, tensors) in files) TensorArchive.Check(checkpoint.Files[name], tensors);
        foreach (var (name, tensors) in files) TensorArchive.Load(checkpoint.Files[name], tensors);
    }

    private void Check(CheckpointPosition position)
    {
        if (position.Seed != plan.Seed) throw new CheckpointException($"The checkpoint's seed is {position.Seed}, the run's {plan.Seed}.");
        if (position.Precision == Precision.Auto
            || position.Threads < 1
            || position.Step < 0
            || position.Step > plan.Steps
            || position.Epoch < 0
            || position.Epoch > position.Step / plan.StepsPerEpoch
            || position.Step > (position.Epoch + 1L) * plan.StepsPerEpoch)
            throw new CheckpointException("The checkpoint's position does not fit the run.");
    }

    private IEnumerable<(string Name, IReadOnlyList<(string Name, Tensor Value)> Tensors)> Files()
    {
        yield return (CheckpointFiles.ModelFile, [.. network.NamedState()]);
        yield return (CheckpointFiles.OptimizerFile, optimizer.NamedMomenta);
        if (average is not null) yield return (CheckpointFiles.AverageFile, [.. average.Network.NamedState()]);
        if (best is { NamedState.Count: > 0 }) yield return (CheckpointFiles.BestFile, best.NamedState);
    }
}
