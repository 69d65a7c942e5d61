namespace WrnCloud.Errors;

/// <summary>A kind of error that clients may branch on. A code's meaning never changes.</summary>
/// <param name="Code">Stable, lower case with hyphens.</param>
/// <param name="Status">HTTP status that carries it.</param>
/// <param name="Title">A short sentence, the same for every occurrence.</param>
/// <param name="Remedy">Advice for the caller.</param>
public sealed record ErrorCode(string Code, int Status, string Title, string Remedy);
