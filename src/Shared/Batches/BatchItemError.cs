namespace WrnCloud.Batches;

/// <summary>A line of <c>errors.jsonl</c>.</summary>
/// <param name="Index">The entry's index in the archive: its identity.</param>
/// <param name="Name">The entry's name, for reading only.</param>
/// <param name="Code">A code of the error catalogue.</param>
/// <param name="Message">A description of the error.</param>
public sealed record BatchItemError(int Index, string Name, string Code, string Message);
