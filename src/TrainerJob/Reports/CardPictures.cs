namespace WrnCloud.TrainerJob.Reports;

/// <summary>Names of the model card's pictures.</summary>
internal static class CardPictures
{
    /// <summary>Drawn by <see cref="CurvesPicture"/>.</summary>
    public const string Curves = "curves.png";

    /// <summary>Drawn by <see cref="ConfusionPicture"/>.</summary>
    public const string Confusion = "confusion.png";

    /// <summary>Drawn by <see cref="ReliabilityPicture"/>.</summary>
    public const string Reliability = "reliability.png";

    /// <summary>Drawn by <see cref="MistakesPicture"/>; there is none where there are no mistakes.</summary>
    public const string Mistakes = "mistakes.png";
}
