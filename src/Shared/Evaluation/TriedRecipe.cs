namespace WrnCloud.Evaluation;

/// <summary>One of the ways that <c>photo/auto</c> tried, or left out.</summary>
/// <param name="Name">A recipe, or a network and its image size.</param>
/// <param name="Top1">Share of the validation images that it got right, 0 to 1; null where it was not tried.</param>
/// <param name="Images">Those images.</param>
/// <param name="Seconds">What it took.</param>
/// <param name="Published">Whether it is what was published.</param>
/// <param name="Reason">Why it was not tried, or came to nothing; null otherwise.</param>
public sealed record TriedRecipe(string Name, double? Top1, int Images, double Seconds, bool Published, string? Reason);
