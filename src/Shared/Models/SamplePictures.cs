namespace WrnCloud.Models;

/// <summary>
/// Pictures that come with a version, <c>samples/expected.json</c>:
/// they let anyone who reimplements the preprocessing, in any language, check that it is right.
/// The probabilities are the trained network's, not the export's.
/// </summary>
/// <param name="Pictures">At most <see cref="Most"/> test pictures, taken from the classes in turn.</param>
/// <param name="Tolerance">
/// How far a probability may be off when the pixels are the same: always with this project's decoder, with others where nothing is scaled.
/// </param>
/// <param name="ScaledTolerance">How far a scaled picture's probability may be off with another decoder and its filter.</param>
public sealed record SamplePictures(IReadOnlyList<SamplePicture> Pictures, double Tolerance, double ScaledTolerance)
{
    /// <summary>The folder of the samples among a version's files.</summary>
    public const string Folder = "samples";

    /// <summary>The file's name among a version's files.</summary>
    public const string FileName = $"{Folder}/expected.json";

    /// <summary>Most pictures of a version.</summary>
    public const int Most = 8;
}
