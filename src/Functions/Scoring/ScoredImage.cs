namespace WrnCloud.Functions.Scoring;

/// <summary>A model's output for one image.</summary>
/// <param name="Probabilities">The probability of each class.</param>
/// <param name="Distance">The distance to the training images; null where the model gives none.</param>
public readonly record struct ScoredImage(float[] Probabilities, float? Distance);
