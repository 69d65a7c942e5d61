using WrnCloud.Jobs;

namespace WrnCloud.Functions.Scoring;

/// <summary>A picture as it came in, or why its bytes could not be read.</summary>
public sealed record NamedImage(string Name, ReadOnlyMemory<byte> Bytes, JobReason? Error = null);
