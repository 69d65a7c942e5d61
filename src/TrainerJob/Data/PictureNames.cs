using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// The names of a data set's pictures, in the order of its splits: the path in the zip, after the zip's name where that says something.
/// </summary>
/// <param name="Train">Of the training split.</param>
/// <param name="Validation">Of the validation split.</param>
/// <param name="Test">Of the test split.</param>
public sealed record PictureNames(IReadOnlyList<string> Train, IReadOnlyList<string> Validation, IReadOnlyList<string> Test)
{
    /// <summary>The names that an index has.</summary>
    public static PictureNames Of(PictureIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return new PictureNames(Names(DatasetSplit.Train), Names(DatasetSplit.Validation), Names(DatasetSplit.Test));

        IReadOnlyList<string> Names(DatasetSplit split) =>
            [.. index.Pictures.Where(p => p.Split == split).Select(p => ImageFolder.NameOf(p.Zip, p.Name))];
    }
}
