namespace WrnCloud.PhotosBench;

/// <summary>What a process of its own is to measure of the frozen network.</summary>
/// <param name="Way">How features are computed.</param>
/// <param name="Seconds">How long, at least.</param>
/// <param name="Threads">Of the library.</param>
/// <param name="Folder">Where pictures are, for the way that decodes them.</param>
internal sealed record FeatureRequest(FeatureWay Way, double Seconds, int Threads, string? Folder = null);
