namespace WrnCloud.Datasets.Checks;

/// <summary>Pictures of a class that can be read.</summary>
/// <param name="Name">The class.</param>
/// <param name="Train">In training.</param>
/// <param name="Validation">In validation.</param>
/// <param name="Test">In the test split.</param>
public sealed record ClassCounts(string Name, int Train, int Validation, int Test);
