namespace WrnCloud.Batches;

/// <summary>The model and input of a batch id, <c>requests/batch-{id}.json</c>; written before the batch's record.</summary>
/// <param name="Id">24 hex characters.</param>
/// <param name="Model">The model.</param>
/// <param name="Input">The input's path in its container.</param>
/// <param name="Length">Bytes declared with POST /uploads; null for an input that came another way.</param>
/// <param name="Sha256">Lower-case hex, as declared; null for an input that came another way.</param>
public sealed record BatchTicket(string Id, string Model, string Input, long? Length = null, string? Sha256 = null);
