namespace WrnCloud.Datasets;

/// <summary>Per-channel mean and standard deviation of a training set, on the 0..1 scale, in the order red, green, blue.</summary>
/// <param name="Mean">One mean per channel.</param>
/// <param name="StandardDeviation">One standard deviation per channel.</param>
public sealed record ChannelStatistics(IReadOnlyList<double> Mean, IReadOnlyList<double> StandardDeviation);
