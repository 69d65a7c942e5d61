using System.IO.Compression;
using WrnCloud.Storage;

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
        if (ZipEntries.AreMoreThan(MaxEntries, file)) throw new DatasetException(fileName, file.Position, $"The zip has more than {MaxEntries} entries.");
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
