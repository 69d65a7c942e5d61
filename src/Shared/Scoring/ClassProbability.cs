namespace WrnCloud.Scoring;

/// <summary>A class with its probability.</summary>
/// <param name="Class">The class's name.</param>
/// <param name="Index">Its index.</param>
/// <param name="P">0 to 1.</param>
public sealed record ClassProbability(string Class, int Index, double P);
