namespace WrnCloud.Datasets.Checks;

/// <summary>A picture that can't be read.</summary>
/// <param name="Name">The zip and the path in it.</param>
/// <param name="Problem">Why.</param>
public sealed record BadPicture(string Name, string Problem);
