namespace WrnCloud.Jobs;

/// <summary>The published weights that a run starts from.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Version">Its version, as it was when the request was accepted.</param>
/// <param name="WeightsSha256">SHA-256 (lower-case hex) of the version's weights: other bytes are not taken.</param>
/// <param name="NewHead">Whether the classifier is a new one, because the classes are others.</param>
/// <param name="Freeze">What keeps its starting weights.</param>
public sealed record ResolvedInit(string Model, int Version, string WeightsSha256, bool NewHead, Freeze Freeze);
