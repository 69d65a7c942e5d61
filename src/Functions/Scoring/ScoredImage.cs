namespace WrnCloud.Functions.Scoring;

/// <summary>A model's output for one image.</summary>
/// <param name="Probabilities">Of each class.</param>
/// <param name="Distance">To what the model was trained on; null where it gives none.</param>
public readonly record struct ScoredImage(float[] Probabilities, float? Distance);
