namespace WrnCloud.Batches;

/// <summary>Which model and input a batch id belongs to, <c>requests/batch-{id}.json</c>; written before the batch's record.</summary>
public sealed record BatchTicket(string Id, string Model, string Input);
