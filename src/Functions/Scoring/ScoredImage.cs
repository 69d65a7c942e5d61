namespace WrnCloud.Functions.Scoring;

/// <summary>What a model gives for an image.</summary>
/// <param name="Probabilities">Of each class.</param>
/// <param name="Distance">To what the model was trained on; null where it gives none.</param>
public readonly record struct ScoredImage(float[] Probabilities, float? Distance);
