using System.Buffers;
using System.Text.Json;

namespace WrnCloud.Datasets;

/// <summary>
/// Which pictures a data set has and which split each is in, decided once, when it was pushed:
/// <c>pictures.jsonl</c>, a line of JSON a picture, in the order in which they are read.
/// What it does not name is not read: bad pictures, companion files.
/// </summary>
public sealed class PictureIndex
{
    /// <summary>The index's own name among the data set's files.</summary>
    public const string FileName = "pictures.jsonl";

    /// <summary>Most pictures.</summary>
    public const int MaxPictures = 1_000_000;

    /// <summary>Longest index that is read, in bytes.</summary>
    public const int MaxBytes = 512 << 20;

    private PictureIndex(IReadOnlyList<IndexedPicture> pictures) => Pictures = pictures;

    /// <summary>The pictures, in order.</summary>
    public IReadOnlyList<IndexedPicture> Pictures { get; }

    /// <summary>How many there are of each split.</summary>
    public DatasetSizes Sizes => new(Count(DatasetSplit.Train), Count(DatasetSplit.Test)) { Validation = Count(DatasetSplit.Validation) };

    /// <summary>An index of these pictures.</summary>
    public static PictureIndex Of(IReadOnlyList<IndexedPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        return new PictureIndex([.. pictures]);
    }

    /// <summary>Reads the index of a data set. Total: any bytes give an index that fits the manifest, or an error.</summary>
    /// <param name="lines">UTF-8.</param>
    /// <param name="manifest">What it is an index of.</param>
    /// <exception cref="DatasetException">
    /// A line is not JSON of this form, a picture is named twice, or the index contradicts the manifest.
    /// </exception>
    public static PictureIndex Parse(ReadOnlySpan<byte> lines, DatasetManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var zips = manifest.ImageFiles.Select(f => f.Name).ToDictionary(n => n, StringComparer.Ordinal);
        var classes = manifest.Classes.ToDictionary(c => c, StringComparer.Ordinal);
        var places = new HashSet<(string, int)>();
        var pictures = new List<IndexedPicture>(Math.Min(MaxPictures, lines.Count((byte)'\n')));
        for (var offset = 0; offset < lines.Length;)
        {
            var length = lines[offset..].IndexOf((byte)'\n');
            if (length < 0) throw Wrong(offset, "The last line has no end.");
            var picture = ParseLine(lines.Slice(offset, length), offset);
            if (!zips.TryGetValue(picture.Zip, out var zip)) throw Wrong(offset, "The zip is none of the data set's files.");
            if (!classes.TryGetValue(picture.Class, out var label)) throw Wrong(offset, $"The class is none of the {classes.Count}.");
            if (picture.Entry < 0 || !Enum.IsDefined(picture.Split) || !places.Add((zip, picture.Entry)))
                throw Wrong(offset, "The picture's place is named twice, or is none.");
            if (pictures.Count == MaxPictures) throw Wrong(offset, $"There are more than {MaxPictures} pictures.");

            // One text for all that lie in a zip or are of a class.
            pictures.Add(picture with { Zip = zip, Class = label });
            offset += length + 1;
        }

        var index = new PictureIndex(pictures);
        return index.Sizes == manifest.Images
            ? index
            : throw Wrong(0, $"The index has {Say(index.Sizes)}, the manifest says {Say(manifest.Images)}.");
    }

    /// <summary>Reads the index of a data set from a file of it, without more memory than it may take.</summary>
    /// <param name="file">Seekable, verified against its hash.</param>
    /// <param name="manifest">What it is an index of.</param>
    /// <exception cref="DatasetException">As for the other overload, or it is too long.</exception>
    public static PictureIndex Read(Stream file, DatasetManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Length > MaxBytes) throw Wrong(MaxBytes, $"The index has {file.Length} bytes; at most {MaxBytes} are read.");
        var lines = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(lines);
        return Parse(lines, manifest);
    }

    /// <summary>The lines; equal indexes give equal bytes.</summary>
    public byte[] Serialize()
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (var picture in Pictures)
        {
            using (var line = new Utf8JsonWriter(lines)) JsonSerializer.Serialize(line, picture, PictureIndexJson.Default.IndexedPicture);
            lines.Write("\n"u8);
        }

        return lines.WrittenSpan.ToArray();
    }

    private static IndexedPicture ParseLine(ReadOnlySpan<byte> line, long offset)
    {
        try
        {
            return JsonSerializer.Deserialize(line, PictureIndexJson.Default.IndexedPicture) ?? throw Wrong(offset, "The line is null.");
        }
        catch (JsonException e)
        {
            throw new DatasetException(FileName, offset + (e.BytePositionInLine ?? 0), $"The line is not a picture's: {e.Message}", e);
        }
    }

    private static string Say(DatasetSizes sizes) => $"{sizes.Train} training, {sizes.Validation} validation and {sizes.Test} test pictures";

    private static DatasetException Wrong(long offset, string problem) => new(FileName, offset, problem);

    private int Count(DatasetSplit split) => Pictures.Count(p => p.Split == split);
}
