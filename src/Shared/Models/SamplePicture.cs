namespace WrnCloud.Models;

/// <summary>A picture that comes with a published model, with the model's expected answer.</summary>
/// <param name="File">Its name in the version's folder of samples.</param>
/// <param name="Class">Name of its class; null for the noise images of a version with imported weights.</param>
/// <param name="Probabilities">Of each class, by index.</param>
/// <param name="Distance">Its distance to the training images; null where the model gives none.</param>
/// <param name="IsScaled">Whether the file's size differs from the model's, so that its pixels depend on how it is scaled.</param>
/// <param name="Name">Its file in the data set, where known.</param>
public sealed record SamplePicture(
    string File, string? Class, IReadOnlyList<double> Probabilities, double? Distance = null, bool IsScaled = false, string? Name = null);
