namespace WrnCloud.TrainerJob.Checkpoints;

/// <summary>A checkpoint does not belong to this run or is damaged; an older one may do.</summary>
public sealed class CheckpointException(string message, Exception? innerException = null) : Exception(message, innerException);
