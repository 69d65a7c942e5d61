namespace WrnCloud.Scoring;

/// <summary>Response of POST /models/{name}/predict.</summary>
/// <param name="Model">The model.</param>
/// <param name="Version">The version that answered.</param>
/// <param name="Results">One for each picture, in order.</param>
/// <param name="Timings">Where the time went.</param>
public sealed record PredictResponse(string Model, int Version, IReadOnlyList<PredictResult> Results, PredictTimings Timings);
