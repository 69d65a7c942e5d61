namespace WrnCloud.Storage;

/// <summary>An entry as described in a zip's directory, not checked against the entry's bytes.</summary>
/// <param name="Name">Its path; null where the bytes are not valid in their stated encoding.</param>
/// <param name="Method">Compression method (APPNOTE 4.4.5): 0 stored, 8 deflated.</param>
/// <param name="IsEncrypted">Whether it needs a password.</param>
/// <param name="Crc32">Checksum of its unpacked bytes.</param>
/// <param name="Offset">Offset of its local header in the file, in bytes.</param>
/// <param name="Packed">Compressed size in bytes.</param>
/// <param name="Unpacked">Uncompressed size in bytes, as stated.</param>
public readonly record struct ZipItem(string? Name, int Method, bool IsEncrypted, uint Crc32, long Offset, long Packed, long Unpacked)
{
    /// <summary>
    /// Whether the name was read by a code page that nothing names: letters may be others, and a byte that looks like a backslash may be half of one.
    /// </summary>
    public bool IsNameGuessed { get; init; }
}
