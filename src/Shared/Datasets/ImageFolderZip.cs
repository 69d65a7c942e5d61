using System.IO.Compression;

namespace WrnCloud.Datasets;

/// <summary>The pictures of one zip of an image folder, named but not read.</summary>
internal static class ImageFolderZip
{
    /// <summary>Most entries of a zip.</summary>
    public const int MaxEntries = 300_000;

    /// <summary>The pictures in a zip, in its order.</summary>
    /// <param name="zips">Opened so far; the zip is added, for the caller to dispose of.</param>
    /// <param name="file">Seekable.</param>
    /// <param name="fileName">What an error calls it.</param>
    /// <param name="split">The split of pictures whose path names none.</param>
    /// <exception cref="DatasetException">It is no zip, has too many entries or a path that is not plain.</exception>
    public static List<ImageFolderEntry> List(List<ZipArchive> zips, Stream file, string fileName, DatasetSplit split)
    {
        RequireFewEntries(file, fileName);
        try
        {
            var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            zips.Add(zip);
            var paths = zip.Entries.Select(e => (Entry: e, Path: e.FullName.Replace('\\', '/').Split('/'))).Where(e => !ImageFolderEntry.IsSystem(e.Path)).ToList();
            RequirePlain(paths.Select(p => p.Entry.FullName), fileName);
            var index = zips.Count - 1;
            var inFolders = paths.Select(p => (p.Entry, Place: ImageFolderEntry.SplitFolder(p.Path))).Where(p => p.Place is not null).ToList();
            return inFolders.Count > 0
                ? [.. inFolders.Select(p => new ImageFolderEntry(index, p.Entry, p.Place!.Value.Class, p.Place.Value.Split))]
                : [.. paths.Where(p => p.Path.Length > 1).Select(p => new ImageFolderEntry(index, p.Entry, p.Path[^2], split))];
        }
        catch (InvalidDataException e)
        {
            throw new DatasetException(fileName, 0, "The file is not a readable zip.", e);
        }
    }

    // The archive class keeps an object for each entry before its count can be asked for, and the header's count may lie: so the signatures of
    // entries are counted first, in constant memory.
    private static void RequireFewEntries(Stream file, string fileName)
    {
        var signature = "PK\u0001\u0002"u8;
        var buffer = new byte[1 << 16];
        int kept = 0, count = 0;
        file.Position = 0;
        while (file.Read(buffer.AsSpan(kept)) is > 0 and var read)
        {
            var rest = buffer.AsSpan(0, kept + read);
            for (var at = rest.IndexOf(signature); at >= 0; at = rest.IndexOf(signature))
            {
                if (++count > MaxEntries) throw new DatasetException(fileName, file.Position, $"The zip has more than {MaxEntries} entries.");
                rest = rest[(at + signature.Length)..];
            }

            // A signature may begin at the end of what was read.
            kept = Math.Min(rest.Length, signature.Length - 1);
            rest[^kept..].CopyTo(buffer);
        }

        file.Position = 0;
    }

    private static void RequirePlain(IEnumerable<string> names, string fileName)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!seen.Add(name)) throw new DatasetException(ImageFolder.NameOf(fileName, name), 0, "The zip has this entry twice.");
            if (name.StartsWith('/') || name.Contains("//", StringComparison.Ordinal)) throw new DatasetException(ImageFolder.NameOf(fileName, name), 0, "The entry's path is not plain.");
        }
    }
}
