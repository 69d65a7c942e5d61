using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace WrnCloud.Datasets;

/// <summary>One file of a data set, stored as blob <c>datasets/{data set}/{name}</c>, of this data set or of one that it extends.</summary>
/// <param name="Name">One segment of a blob's name.</param>
/// <param name="Split">The split that it belongs to.</param>
/// <param name="Length">Bytes, at least 1.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
public sealed record DatasetFile(string Name, DatasetSplit Split, long Length, string Sha256)
{
    /// <summary>The data set that the file was pushed with, where that is another one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Dataset { get; init; }

    /// <summary>Describes a file by its content.</summary>
    public static DatasetFile Of(string name, DatasetSplit split, ReadOnlySpan<byte> bytes) =>
        new(name, split, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));

    /// <summary>Describes a file by its content, read from the stream's start to its end.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="split">Its split.</param>
    /// <param name="content">Seekable.</param>
    public static DatasetFile Of(string name, DatasetSplit split, Stream content)
    {
        ArgumentNullException.ThrowIfNull(content);
        content.Position = 0;
        return new DatasetFile(name, split, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    /// <summary>Checks that these bytes are the file's.</summary>
    /// <exception cref="DatasetException">Length or hash differ.</exception>
    public void Verify(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new DatasetException(Name, Math.Min(bytes.Length, Length), $"The file has {bytes.Length} bytes, its manifest says {Length}.");

        var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (found != Sha256) throw new DatasetException(Name, 0, $"The file's SHA-256 is {found}, its manifest says {Sha256}.");
    }
}
