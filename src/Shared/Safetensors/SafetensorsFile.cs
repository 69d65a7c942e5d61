namespace WrnCloud.Safetensors;

/// <summary>
/// A safetensors file's content: an unsigned 64-bit little-endian header length, a JSON header of names, types, shapes and offsets, and the elements
/// (https://huggingface.co/docs/safetensors). Reading runs no code and takes no more memory than a few times the header.
/// </summary>
/// <param name="Tensors">The tensors by name.</param>
/// <param name="Metadata">The header's <c>__metadata__</c>.</param>
public sealed record SafetensorsFile(IReadOnlyDictionary<string, SafetensorsTensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Longest header that is read, in bytes.</summary>
    public const int MaxHeaderLength = 100_000_000;

    /// <summary>Most tensors that are read, and most metadata entries.</summary>
    public const int MaxEntries = 10_000;

    /// <summary>Most dimensions of a tensor.</summary>
    public const int MaxRank = 16;

    internal const string MetadataName = "__metadata__";

    /// <summary>Reads a file. The tensors' data are slices of <paramref name="bytes"/>, not copies.</summary>
    /// <exception cref="SafetensorsException">The bytes are not a complete and consistent file.</exception>
    public static SafetensorsFile Read(ReadOnlyMemory<byte> bytes) => SafetensorsReader.Read(bytes);

    /// <summary>Writes the file; equal content gives equal bytes, with the tensors in ordinal order of their names.</summary>
    /// <exception cref="ArgumentException">A tensor's data do not match its type and shape in length.</exception>
    public byte[] ToBytes() => SafetensorsWriter.Write(this);
}
