namespace WrnCloud.Models;

/// <summary>A version's accuracy on the pictures that temperature, thresholds and weights were chosen by.</summary>
/// <param name="Top1">0 to 1.</param>
/// <param name="Images">How many they are.</param>
/// <param name="CrossValidated">True where they are the training pictures, each judged by a fit that had not seen it.</param>
public sealed record ValidationTop1(double Top1, int Images, bool CrossValidated = false);
