namespace WrnCloud.Datasets.Checks;

/// <summary>The findings of a check of an image folder.</summary>
/// <param name="Classes">Pictures by class and split, the classes in ordinal order.</param>
/// <param name="Bad">Pictures that can't be read.</param>
/// <param name="Conflicts">Groups of alike pictures under more than one class: at least one label is wrong.</param>
/// <param name="Leaks">Groups of alike pictures of one class in more than one split: what is tested on was trained on.</param>
/// <param name="Duplicates">Groups of alike pictures of one class in one split.</param>
/// <param name="LookAlikes">
/// Groups of classes whose names differ by case, by spaces, dashes, underscores and characters that are not seen, or by how letters are stored alone.
/// </param>
/// <param name="LeftOut">A sentence for each kind of file that is not read.</param>
public sealed record DatasetFindings(
    IReadOnlyList<ClassCounts> Classes,
    IReadOnlyList<BadPicture> Bad,
    IReadOnlyList<IReadOnlyList<string>> Conflicts,
    IReadOnlyList<IReadOnlyList<string>> Leaks,
    IReadOnlyList<IReadOnlyList<string>> Duplicates,
    IReadOnlyList<IReadOnlyList<string>> LookAlikes,
    IReadOnlyList<string> LeftOut)
{
    /// <summary>Pictures that are read although their files lack their end marks.</summary>
    public IReadOnlyList<string> EndMissing { get; init; } = [];

    /// <summary>Sizes, shapes and kinds of the pictures that can be read; null where there are none.</summary>
    public PictureKinds? Kinds { get; init; }

    /// <summary>Classes of whose pictures none can be read, in ordinal order.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>Training pictures below which a class is hardly learnt.</summary>
    public const int FewPictures = 5;

    /// <summary>How many times as many pictures as the smallest class the largest may have before that is worth a word.</summary>
    public const double MostImbalance = 4;

    /// <summary>Every picture, bad ones included.</summary>
    public int Pictures => Classes.Sum(c => c.Train + c.Validation + c.Test) + Bad.Count;

    /// <summary>Classes with fewer than <see cref="FewPictures"/> training pictures.</summary>
    public IReadOnlyList<string> Small => [.. Classes.Where(c => c.Train < FewPictures).Select(c => c.Name)];

    /// <summary>Training pictures of the largest class for each of the smallest that has any; 1 where there are none.</summary>
    public double Imbalance
    {
        get
        {
            var counts = Classes.Select(c => c.Train).Where(c => c > 0).ToList();
            return counts.Count == 0 ? 1 : (double)counts.Max() / counts.Min();
        }
    }

    /// <summary>Share of the pictures that can't be read.</summary>
    public double BadShare => Pictures == 0 ? 0 : (double)Bad.Count / Pictures;
}
