namespace WrnCloud.TrainerJob.Checkpoints;

/// <summary>A checkpoint in memory.</summary>
/// <param name="Files">Names (<see cref="ModelFile"/>, <see cref="OptimizerFile"/>) and bytes.</param>
/// <param name="Position">Where the run stands.</param>
public sealed record CheckpointFiles(IReadOnlyDictionary<string, byte[]> Files, CheckpointPosition Position)
{
    /// <summary>Parameters and running statistics.</summary>
    public const string ModelFile = "model.safetensors";

    /// <summary>Momentum, under the parameters' names.</summary>
    public const string OptimizerFile = "optimizer.safetensors";
}
