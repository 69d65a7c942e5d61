namespace WrnCloud.Scoring;

/// <summary>
/// How far a picture is from what a model was trained on. It is a hint and no more: what is far is strange to the model, what is near may be too.
/// </summary>
/// <param name="Value">Distance of its features to the nearest class's mean; about 1 for pictures like the training pictures.</param>
/// <param name="Farther">Share of the validation pictures that are farther, 0 to 1: near 0 for a picture unlike all of them.</param>
public sealed record PictureDistance(double Value, double Farther);
