using System.Text.Json.Serialization;

namespace WrnCloud.Datasets;

/// <summary>One picture of a data set, a line of its index.</summary>
/// <param name="Zip">The file of the data set that it lies in.</param>
/// <param name="Entry">Its position among the zip's entries, from 0.</param>
/// <param name="Name">The entry's path, which must be what the zip says too.</param>
/// <param name="Class">Its class, one of the manifest's.</param>
/// <param name="Split">What it counts as, whatever its path says.</param>
public sealed record IndexedPicture(string Zip, int Entry, string Name, string Class, DatasetSplit Split)
{
    /// <summary>Of the picture's file, 64 lower-case hexadecimal digits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sha256 { get; init; }

    /// <summary>
    /// Its perceptual fingerprint in base64, so that later pictures can be compared with it; null where it has no detail to compare.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Look { get; init; }

    /// <summary>Number of the group of near-duplicates that it belongs to; null where it is like no other.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Group { get; init; }
}
