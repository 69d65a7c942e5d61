namespace WrnCloud.Scoring;

/// <summary>
/// A picture's distance from a model's training images. It is only a hint: a distant picture is unfamiliar to the model, a near one may be too.
/// </summary>
/// <param name="Value">Distance of its features to the nearest class's mean; about 1 for pictures like the training pictures.</param>
/// <param name="Farther">Share of the validation pictures that are farther, 0 to 1: near 0 for a picture unlike all of them.</param>
public sealed record PictureDistance(double Value, double Farther);
