using System.IO.Compression;

namespace WrnCloud.Storage;

/// <summary>A zip that was opened within a limit on its entries.</summary>
/// <param name="Archive">The archive; the caller keeps ownership of the file.</param>
/// <param name="Items">Its entries as the directory describes them, in the order of <see cref="ZipArchive.Entries"/>.</param>
public sealed record ZipContents(ZipArchive Archive, IReadOnlyList<ZipItem> Items)
{
    /// <summary>
    /// Opens a zip; null when it has more than <paramref name="maxEntries"/> entries, which leaves the file at the position where that was seen.
    /// </summary>
    /// <param name="file">Seekable.</param>
    /// <param name="maxEntries">Checked before any memory is allocated for an entry.</param>
    /// <exception cref="InvalidDataException">It is not a readable zip, or its entries share bytes.</exception>
    public static ZipContents? Open(Stream file, int maxEntries)
    {
        if (ZipEntries.AreMoreThan(maxEntries, file)) return null;
        ZipArchive? archive = null;
        try
        {
            var items = ZipDirectory.Read(file);
            file.Position = 0;
            archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            if (archive.Entries.Count != items.Count) throw new InvalidDataException("The zip's directory ends early.");
            return new ZipContents(archive, items);
        }
        catch (Exception e)
        {
            archive?.Dispose();
            if (e is not EndOfStreamException) throw;
            throw new InvalidDataException(e.Message, e);
        }
    }
}
