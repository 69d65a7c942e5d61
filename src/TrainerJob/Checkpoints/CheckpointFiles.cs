using WrnCloud.Safetensors;

namespace WrnCloud.TrainerJob.Checkpoints;

/// <summary>A checkpoint in memory.</summary>
/// <param name="Files">Content by name: <see cref="ModelFile"/>, <see cref="OptimizerFile"/>, <see cref="AverageFile"/> where an average is kept, and
/// <see cref="BestFile"/> after an epoch of a run with validation images.</param>
/// <param name="Position">Where the run stands.</param>
public sealed record CheckpointFiles(IReadOnlyDictionary<string, SafetensorsFile> Files, CheckpointPosition Position)
{
    /// <summary>Parameters and running statistics.</summary>
    public const string ModelFile = "model.safetensors";

    /// <summary>Momentum, under the parameters' names.</summary>
    public const string OptimizerFile = "optimizer.safetensors";

    /// <summary>Moving averages of the parameters and running statistics, under their names.</summary>
    public const string AverageFile = "ema.safetensors";

    /// <summary>The weights that did best on the validation images so far, under their names.</summary>
    public const string BestFile = "best.safetensors";
}
