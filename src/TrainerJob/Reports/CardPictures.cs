namespace WrnCloud.TrainerJob.Reports;

/// <summary>Names of the model card's pictures.</summary>
internal static class CardPictures
{
    /// <summary>Drawn by <see cref="CurvesPicture"/>.</summary>
    public const string Curves = "curves.png";

    /// <summary>Drawn by <see cref="ConfusionPicture"/>.</summary>
    public const string Confusion = "confusion.png";
}
