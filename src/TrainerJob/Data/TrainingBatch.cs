using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Data;

/// <summary>One step's images and labels, on the CPU; pinned there when they go to a GPU.</summary>
/// <param name="Images">float32 N×3×S×S, channels-last in memory, augmented and normalised.</param>
/// <param name="Labels">int64 N.</param>
internal sealed record TrainingBatch(Tensor Images, Tensor Labels) : IDisposable
{
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }

    /// <summary>The same batch in page-locked memory, from which a GPU copies beside its work; this one is disposed.</summary>
    public TrainingBatch Pin()
    {
        using (this) return new TrainingBatch(Images.pin_memory(), Labels.pin_memory());
    }
}
