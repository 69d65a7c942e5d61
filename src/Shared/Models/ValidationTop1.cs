namespace WrnCloud.Models;

/// <summary>A version's accuracy on the pictures that temperature, thresholds and weights were chosen on.</summary>
/// <param name="Top1">0 to 1.</param>
/// <param name="Images">Number of these pictures.</param>
/// <param name="CrossValidated">True when they are the training pictures, each predicted by a fit that had not seen it.</param>
public sealed record ValidationTop1(double Top1, int Images, bool CrossValidated = false);
