using System.IO.Compression;
using WrnCloud.Storage;

namespace WrnCloud.Datasets;

/// <summary>The pictures of one zip of an image folder, named but not read.</summary>
/// <param name="Entries">The pictures, in the zip's order.</param>
/// <param name="Companions">How many files go with pictures but are none.</param>
/// <param name="Outside">Pictures that no class can be told of, by their paths.</param>
internal sealed record ImageFolderZip(IReadOnlyList<ImageFolderEntry> Entries, int Companions, IReadOnlyList<string> Outside)
{
    /// <summary>Most entries of a zip.</summary>
    public const int MaxEntries = 300_000;

    /// <summary>Lists the pictures in a zip.</summary>
    /// <param name="zips">Opened so far; the zip is added, for the caller to dispose of.</param>
    /// <param name="file">Seekable.</param>
    /// <param name="fileName">What an error calls it.</param>
    /// <param name="split">The split of pictures whose path names none.</param>
    /// <exception cref="DatasetException">It is no zip, has too many entries, a path that is not plain, or a layout that tells no classes.</exception>
    public static ImageFolderZip List(List<ZipArchive> zips, Stream file, string fileName, DatasetSplit split)
    {
        var items = Open(zips, file, fileName);
        var entries = zips[^1].Entries;
        var pictures = items.Select((item, i) => (Item: item, Position: i, Path: ArchiveNames.Split(item.Name!))).Where(e => !ArchiveNames.IsCompanion(e.Path)).ToList();
        RequirePlain(pictures.Select(p => (p.Item.Name!, p.Path)), fileName);

        var unnamed = split switch
        {
            DatasetSplit.Test => FolderSplit.Test,
            DatasetSplit.Validation => FolderSplit.Validation,
            _ => FolderSplit.Train,
        };
        var places = FolderLayout.Of([.. pictures.Select(p => p.Path)], unnamed, out var problem);
        if (problem is not null) throw new DatasetException(fileName, 0, problem);
        var placed = pictures.Zip(places).ToList();
        return new ImageFolderZip(
            [.. placed.Where(p => p.Second is not null).Select(p => Entry(p.First.Position, p.First.Item, p.Second!.Value))],
            items.Count(i => !i.Name!.EndsWith('/')) - pictures.Count,
            [.. placed.Where(p => p.Second is null).Select(p => p.First.Item.Name!)]);

        ImageFolderEntry Entry(int position, ZipItem item, (FolderSplit Split, string Class) place) =>
            new(zips.Count - 1, position, entries[position], item, place.Class, place.Split);
    }

    /// <summary>Opens a zip; its entries as the directory describes them, each with a name.</summary>
    /// <param name="zips">Opened so far; the zip is added, for the caller to dispose of.</param>
    /// <param name="file">Seekable.</param>
    /// <param name="fileName">What an error calls it.</param>
    /// <exception cref="DatasetException">It is no zip, has too many entries, or a name that can't be told.</exception>
    public static IReadOnlyList<ZipItem> Open(List<ZipArchive> zips, Stream file, string fileName)
    {
        try
        {
            var (zip, items) = ZipContents.Open(file, MaxEntries)
                ?? throw new DatasetException(fileName, file.Position, $"The zip has more than {MaxEntries} entries.");
            zips.Add(zip);
            RequireNames(items, zip, fileName);
            return items;
        }
        catch (InvalidDataException e)
        {
            throw new DatasetException(fileName, 0, $"The file is not a readable zip. {e.Message}", e);
        }
    }

    // A class that is misread would merge with another one, so a name that can't be told is refused.
    private static void RequireNames(IReadOnlyList<ZipItem> items, ZipArchive zip, string fileName)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Name is { } name && !name.Contains('\uFFFD', StringComparison.Ordinal)) continue;
            throw new DatasetException(
                ImageFolder.NameOf(fileName, zip.Entries[i].FullName), 0, "The entry's name is not in the encoding that it claims. Pack the pictures with names in UTF-8.");
        }
    }

    private static void RequirePlain(IEnumerable<(string Name, string[] Path)> entries, string fileName)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, path) in entries)
        {
            if (!seen.Add(string.Join('/', path))) throw new DatasetException(ImageFolder.NameOf(fileName, name), 0, "The zip has this entry twice.");
            if (Array.Exists(path, p => p.Length == 0)) throw new DatasetException(ImageFolder.NameOf(fileName, name), 0, "The entry's path is not plain.");
        }
    }
}
