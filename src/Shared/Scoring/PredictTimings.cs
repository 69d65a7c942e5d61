namespace WrnCloud.Scoring;

/// <summary>Milliseconds spent on a prediction.</summary>
/// <param name="QueueMs">Waiting for the model to be free.</param>
/// <param name="DecodeMs">Decoding the pictures.</param>
/// <param name="InferMs">Running the network.</param>
/// <param name="Batch">Pictures in the run.</param>
public sealed record PredictTimings(double QueueMs, double DecodeMs, double InferMs, int Batch);
