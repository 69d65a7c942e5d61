namespace WrnCloud.TrainerJob.Network.Fused;

/// <summary>Mean and (biased) variance of every channel over a batch.</summary>
internal readonly record struct ChannelMoments(double[] Mean, double[] Variance);
