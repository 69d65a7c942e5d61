namespace WrnCloud.Datasets;

/// <summary>One entry of a <see cref="DemoArchive"/> and what a batch should make of it.</summary>
/// <param name="Name">The entry's path in the zip.</param>
/// <param name="Label">Index of the true class; null for a broken entry.</param>
/// <param name="ErrorCode">The code that a broken entry gets; null for a good one.</param>
public sealed record DemoArchiveEntry(string Name, int? Label, string? ErrorCode);
