namespace WrnCloud.MlNetPeer;

/// <summary>How fast features came, decoding included.</summary>
/// <param name="Pictures">Pictures looked at.</param>
/// <param name="Seconds">What they took, the network's loading left out.</param>
internal sealed record FeatureRate(int Pictures, double Seconds);
