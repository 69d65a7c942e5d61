namespace WrnCloud.Models;

/// <summary>A picture beside a published model, with what the model must say of it.</summary>
/// <param name="File">Its name in the version's folder of samples.</param>
/// <param name="Class">Name of its class; null for noise, with a version whose weights were imported.</param>
/// <param name="Probabilities">Of each class, by index.</param>
/// <param name="Distance">Its distance to what was trained on; null where the model gives none.</param>
/// <param name="IsScaled">Whether the file has another size than the model's, so that its pixels depend on how it is scaled.</param>
/// <param name="Name">Its file in the data set, where that is known.</param>
public sealed record SamplePicture(
    string File, string? Class, IReadOnlyList<double> Probabilities, double? Distance = null, bool IsScaled = false, string? Name = null);
