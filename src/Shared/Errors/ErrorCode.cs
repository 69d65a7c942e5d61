namespace WrnCloud.Errors;

/// <summary>A kind of error: what clients may branch on. Codes never change their meaning.</summary>
/// <param name="Code">Stable, lower case with hyphens.</param>
/// <param name="Status">HTTP status that carries it.</param>
/// <param name="Title">A short sentence that is the same for every occurrence.</param>
/// <param name="Remedy">What the caller can do.</param>
public sealed record ErrorCode(string Code, int Status, string Title, string Remedy);
