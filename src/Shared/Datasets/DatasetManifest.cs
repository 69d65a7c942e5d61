using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using WrnCloud.Storage;

namespace WrnCloud.Datasets;

/// <summary>
/// What lies at blob <c>datasets/{name}/manifest.json</c>, written after all files:
/// without it there is no data set, with it the data set never changes.
/// </summary>
/// <param name="Schema">Always <see cref="CurrentSchema"/>.</param>
/// <param name="Name">One segment of a blob's name.</param>
/// <param name="Format">How the files are read.</param>
/// <param name="Classes">The classes' names by label: 2 to 1,000, distinct, not empty.</param>
/// <param name="Files">The files of both splits, each name once.</param>
/// <param name="Images">Images per split.</param>
/// <param name="Statistics">Channel statistics of the training split; of an image folder at 32×32.</param>
/// <param name="HeldOut">How an image folder without an index sets test images apart of its training images; null when it has its own.</param>
public sealed record DatasetManifest(
    int Schema,
    string Name,
    DatasetFormat Format,
    IReadOnlyList<string> Classes,
    IReadOnlyList<DatasetFile> Files,
    DatasetSizes Images,
    ChannelStatistics Statistics,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] HeldOut? HeldOut = null)
{
    /// <summary>
    /// The file that lists the pictures and their splits, see <see cref="PictureIndex"/>;
    /// null in a data set whose pictures are found by their paths.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Index { get; init; }

    /// <summary>How splits were made that the pictures came without; null where all were given, or there is no index.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrawnSplit? Drawn { get; init; }

    /// <summary>The data set that this one extends; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Parent { get; init; }

    /// <summary>The only schema so far.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The manifest's own file name.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Longest manifest that is read, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Longest file of a data set that is read, in bytes.</summary>
    public const long MaxFileBytes = 0x7FFFFFC7;

    /// <summary>The files that hold images: all but the index.</summary>
    [JsonIgnore]
    public IEnumerable<DatasetFile> ImageFiles => Files.Where(f => f.Name != Index);

    /// <summary>The files that were pushed with this data set.</summary>
    [JsonIgnore]
    public IEnumerable<DatasetFile> OwnFiles => Files.Where(f => f.Dataset is null);

    /// <summary>
    /// The identity of the content: the SHA-256, in lower-case hexadecimal,
    /// of one line <c>name TAB length TAB sha256 LF</c> per file in ordinal order of the names,
    /// and of one line <c>TAB share TAB seed LF</c> where test images are held out.
    /// Computed, never stored, so that there is one truth.
    /// </summary>
    [JsonIgnore]
    public string DatasetHash
    {
        get
        {
            var lines = Files.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Name}\t{f.Length}\t{f.Sha256}\n");
            var held = HeldOut is null ? "" : $"\t{HeldOut.Share:R}\t{HeldOut.Seed}\n";
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines) + held)));
        }
    }

    /// <summary>Describes a data set that was read or generated.</summary>
    /// <exception cref="DatasetException">A field breaks its rule.</exception>
    public static DatasetManifest Of(string name, DatasetFormat format, IReadOnlyList<DatasetFile> files, IImageSet train, IImageSet test)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        return new DatasetManifest(
            CurrentSchema, name, format, train.Classes, files, new DatasetSizes(train.Count, test.Count), ChannelStatistics.Of(train)).Checked();
    }

    /// <summary>Reads a manifest. Total: any bytes give a manifest that keeps every rule, or an error.</summary>
    /// <exception cref="DatasetException">Not JSON, not this schema, or a field breaks its rule.</exception>
    public static DatasetManifest Parse(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxBytes)
            throw new DatasetException(FileName, MaxBytes, $"The manifest has {json.Length} bytes; at most {MaxBytes} are read.");

        DatasetManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, DatasetJson.Default.DatasetManifest);
        }
        catch (JsonException error)
        {
            throw new DatasetException(
                FileName, OffsetOf(json, error), $"The manifest is not JSON of schema {CurrentSchema}: {error.Message}", error);
        }

        if (manifest is null) throw new DatasetException(FileName, 0, "The manifest is null.");
        return manifest.Checked();
    }

    /// <summary>This manifest, when it keeps every rule.</summary>
    /// <exception cref="DatasetException">A field breaks its rule.</exception>
    public DatasetManifest Checked()
    {
        Require();
        return this;
    }

    /// <summary>The manifest as UTF-8 JSON; equal manifests give equal bytes.</summary>
    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(this, DatasetJson.Default.DatasetManifest);

    private void Require()
    {
        Check(Schema == CurrentSchema, $"The schema is {Schema}; this program reads schema {CurrentSchema}.");
        Check(BlobName.IsSegment(Name), "The name is not a segment of a blob's name.");
        Check(Enum.IsDefined(Format), "The format is unknown.");
        Check(Classes.Count is >= 2 and <= 1000, $"There are {Classes.Count} classes; 2 to 1,000 are supported.");
        Check(
            Format is not (DatasetFormat.Cifar10Binary or DatasetFormat.Cifar100Binary) || Classes.Count <= 256,
            $"There are {Classes.Count} classes; a label byte tells 256 apart.");
        Check(Format != DatasetFormat.SvhnMat || Classes.Count == 10, $"There are {Classes.Count} classes; the digits are 10.");
        Check(
            HeldOut is null || (Format == DatasetFormat.ImageFolder && HeldOut.Share is > 0 and <= 0.5),
            "Test images are held out of an image folder alone, above 0 to 0.5 of each class.");
        Check(
            Index is null || (Format == DatasetFormat.ImageFolder && HeldOut is null && Files.Count > 1 && Files.Any(f => f?.Name == Index)),
            "The index is one of an image folder's files, beside those with the pictures, and holds no images out.");
        Check(Index is not null || (Images.Validation == 0 && Drawn is null), "Without an index there are no validation images.");
        Check(Parent is null || (Index is not null && Parent != Name && BlobName.IsSegment(Parent)), "A data set that extends another has an index.");
        Check(
            Drawn is null
                || ((Drawn.Validation ?? 0) is >= 0 and <= DrawnSplit.MostShare && (Drawn.Test ?? 0) is >= 0 and <= DrawnSplit.MostShare),
            "A split is drawn of at most 0.5 of each class.");
        Check(Classes.All(c => !string.IsNullOrWhiteSpace(c) && c.Length <= 100), "A class's name is empty or longer than 100 characters.");
        Check(Classes.Distinct(StringComparer.Ordinal).Count() == Classes.Count, "A class is named twice.");
        Check(Files.Count is >= 1 and <= 1000, $"There are {Files.Count} files; 1 to 1,000 are supported.");
        foreach (var file in Files)
        {
            Check(file is not null, "A file is null.");
            Check(
                BlobName.IsSegment(file!.Name) && file.Name != FileName,
                "A file's name is not a segment of a blob's name, or is the manifest's own.");
            Check(Enum.IsDefined(file.Split) && (Index is not null || file.Split != DatasetSplit.Validation), $"{file.Name}: the split is unknown.");
            Check(
                file.Dataset is null || (Parent is not null && file.Dataset != Name && BlobName.IsSegment(file.Dataset)),
                $"{file.Name}: the data set of the file is not one that is extended.");
            Check(file.Length > 0, $"{file.Name}: the length is {file.Length}.");
            Check(
                file.Sha256.Length == 64 && file.Sha256.All(char.IsAsciiHexDigitLower),
                $"{file.Name}: the SHA-256 is not 64 lower-case hexadecimal digits.");
        }

        Check(Files.Select(f => f.Name).Distinct(StringComparer.Ordinal).Count() == Files.Count, "A file is named twice.");
        Check(Images.Train > 0 && Images.Test > 0 && Images.Validation >= 0, "Training and test have at least one image each.");
        Check(Statistics.Mean.Count == 3 && Statistics.Mean.All(m => m is >= 0 and <= 1), "The means are three numbers from 0 to 1.");
        Check(
            Statistics.StandardDeviation.Count == 3 && Statistics.StandardDeviation.All(d => d is >= 0 and <= 1),
            "The standard deviations are three numbers from 0 to 1.");
    }

    private static void Check(bool holds, string problem)
    {
        if (!holds) throw new DatasetException(FileName, 0, problem);
    }

    private static long OffsetOf(ReadOnlySpan<byte> json, JsonException error)
    {
        var offset = 0;
        for (var line = 0L; line < (error.LineNumber ?? 0); line++)
        {
            var end = json[offset..].IndexOf((byte)'\n');
            if (end < 0) break;
            offset += end + 1;
        }

        return Math.Min(json.Length, offset + (error.BytePositionInLine ?? 0));
    }
}
