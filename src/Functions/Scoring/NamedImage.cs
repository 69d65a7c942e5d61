using WrnCloud.Jobs;

namespace WrnCloud.Functions.Scoring;

/// <summary>A received picture, or the reason that its bytes could not be read.</summary>
public sealed record NamedImage(string Name, ReadOnlyMemory<byte> Bytes, JobReason? Error = null);
