using WrnCloud.Jobs;

namespace WrnCloud.Scoring;

/// <summary>One picture's answer: classes, or an error.</summary>
/// <param name="Name">The picture's name as sent.</param>
/// <param name="Top">Most probable classes, best first; empty with an error.</param>
/// <param name="Error">Why there is no prediction.</param>
public sealed record PredictResult(string Name, IReadOnlyList<ClassProbability> Top, JobReason? Error = null)
{
    /// <summary>
    /// The best class, or <c>unsure</c> where its probability is below the version's threshold; null where the version has none, and with an error.
    /// </summary>
    public string? Decision { get; init; }

    /// <summary>The picture's distance from the training images; null where the version gives none, and with an error.</summary>
    public PictureDistance? Distance { get; init; }

    /// <summary>A warning about the picture's file, which was read all the same; null without one.</summary>
    public string? Warning { get; init; }
}
