using WrnCloud.Models;

namespace WrnCloud.TrainerJob.Checkpoints;

/// <summary><c>manifest.json</c> of a checkpoint, written last and create-only: without it there is no checkpoint.</summary>
/// <param name="Schema">Version of this form, 1.</param>
/// <param name="JobId">The job.</param>
/// <param name="Attempt">The attempt that wrote it.</param>
/// <param name="ConfigHash">What decides the weights; another hash is another run.</param>
/// <param name="Position">Where the run stands, seed, threads and precision included.</param>
/// <param name="Top1">Test accuracy at this step; null in the middle of an epoch.</param>
/// <param name="Files">The parts with lengths and hashes.</param>
public sealed record CheckpointManifest(
    int Schema, string JobId, int Attempt, string ConfigHash, CheckpointPosition Position, double? Top1, IReadOnlyList<ArtifactFile> Files);
