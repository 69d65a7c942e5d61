namespace WrnCloud.Evaluation;

/// <summary>A published model's answer for one test picture.</summary>
/// <param name="Position">The picture's position in the test set.</param>
/// <param name="Truth">Index of its class.</param>
/// <param name="Answer">Index of the most probable class.</param>
/// <param name="P">Its probability, 0 to 1.</param>
/// <param name="TruthP">The probability of its class, 0 to 1.</param>
/// <param name="Name">Its file in the data set, where that is known.</param>
public sealed record PictureAnswer(int Position, int Truth, int Answer, double P, double TruthP, string? Name = null);
