using System.IO.Compression;
using WrnCloud.Storage;

namespace WrnCloud.Datasets;

/// <summary>The pictures of the zips that one folder was packed into, named but not read.</summary>
/// <param name="Entries">The pictures, in the zips' order.</param>
/// <param name="Companions">How many files go with pictures but are none.</param>
/// <param name="Outside">Files that no class can be told of, by their paths.</param>
internal sealed record ImageFolderZip(IReadOnlyList<ImageFolderEntry> Entries, int Companions, IReadOnlyList<string> Outside)
{
    /// <summary>Folders that the zips name and that have no picture.</summary>
    public IReadOnlyList<string> WithoutPictures { get; init; } = [];

    /// <summary>Most entries of a zip.</summary>
    public const int MaxEntries = 300_000;

    /// <summary>Lists the pictures in zips, whose folders are looked at together.</summary>
    /// <param name="parts">The zips, opened, each with its place among the data set's files and what an error calls it.</param>
    /// <param name="split">The split of pictures whose path names none.</param>
    /// <param name="isStored">Whether the zips are a data set's that was stored without an index: it is read as it was read then.</param>
    /// <exception cref="DatasetException">A path is not plain, or the layout tells no classes.</exception>
    public static ImageFolderZip List(
        IReadOnlyList<(int Zip, string Name, ZipArchive Archive, IReadOnlyList<ZipItem> Items)> parts, DatasetSplit split, bool isStored)
    {
        var hasBackslashes = isStored || ArchiveNames.HasBackslashes(parts.SelectMany(p => p.Items).Select(i => i.Name!));
        var pictures = new List<(int Part, int Position, string[] Path)>();
        var folders = new List<string>();
        var companions = 0;
        foreach (var (part, (_, name, _, items)) in parts.Index())
        {
            var all = items.Select((item, i) => (Part: part, Position: i, Path: ArchiveNames.Split(item.Name!, hasBackslashes)))
                .ToLookup(e => e.Path[^1].Length > 0);
            var files = all[true].ToList();
            var named = all[false].Select(f => f.Path[..^1]).Where(f => f.Length > 0 && !ArchiveNames.IsCompanion([.. f, "x"]));
            folders.AddRange(named.Select(f => string.Join('/', f)));
            var found = files.Where(f => !ArchiveNames.IsCompanion(f.Path)).ToList();
            if (!isStored) RequireTold(found.Select(p => items[p.Position]), name, hasBackslashes);
            RequirePlain(found.Select(p => (items[p.Position].Name!, p.Path)), name);
            pictures.AddRange(found);
            companions += files.Count - found.Count;
        }

        var unnamed = split switch
        {
            DatasetSplit.Test => FolderSplit.Test,
            DatasetSplit.Validation => FolderSplit.Validation,
            _ => FolderSplit.Train,
        };
        var places = FolderLayout.Of([.. pictures.Select(p => p.Path)], unnamed, isStored, out var problem);
        if (problem is not null) throw new DatasetException(parts[0].Name, 0, problem);
        var placed = pictures.Zip(places).ToList();
        if (!isStored && placed.Find(p => p.Second is { } place && place.Class.Any(char.IsControl)) is { Second: not null } strange)
        {
            var (_, name, _, items) = parts[strange.First.Part];
            throw new DatasetException(
                ImageFolder.NameOf(name, items[strange.First.Position].Name!),
                0,
                "The class's name has control characters, such as a line's end: rename its folder.");
        }

        return new ImageFolderZip(
            [.. placed.Where(p => p.Second is not null).Select(p => Entry(p.First.Part, p.First.Position, p.Second!.Value))],
            companions,
            [.. placed.Where(p => p.Second is null).Select(p => parts[p.First.Part].Items[p.First.Position].Name!)])
        {
            WithoutPictures = ArchiveNames.WithoutPictures(folders, pictures.Select(p => p.Path)),
        };

        ImageFolderEntry Entry(int part, int position, (FolderSplit Split, string Class) place) =>
            new(parts[part].Zip, position, parts[part].Archive.Entries[position], parts[part].Items[position], place.Class, place.Split);
    }

    /// <summary>A sentence for each kind of file that is not read, and for folders without pictures.</summary>
    /// <param name="where">What each begins with.</param>
    public IEnumerable<string> LeftOut(string where)
    {
        const int most = 10;
        if (Companions > 0) yield return $"{where}{Count(Companions, "companion file")} (hidden files, thumbnails, texts, tables).";
        foreach (var files in Outside.GroupBy(ArchiveNames.MayBePicture).OrderByDescending(g => g.Key))
        {
            var what = Count(files.Count(), files.Key ? "picture" : "other file");
            yield return $"{where}{what} outside the layout, such as {ArchiveNames.Printable(files.First())}.";
        }

        if (WithoutPictures.Count == 0) yield break;
        var shown = string.Join(", ", WithoutPictures.Take(most).Select(ArchiveNames.Printable));
        yield return $"{where}{Count(WithoutPictures.Count, "folder")} without pictures: {shown}{(WithoutPictures.Count > most ? ", …" : "")}.";

        static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
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
            return Named(items, zip, fileName);
        }
        catch (InvalidDataException e)
        {
            var other = FileKinds.InsteadOfZip(file, fileName);
            throw new DatasetException(fileName, 0, other is null ? $"The file is not a readable zip. {e.Message}" : $"The file is {other}", e);
        }
    }

    // A class that is misread would merge with another one, so a name that can't be told is refused; not that of a file which is never read.
    private static ZipItem[] Named(IReadOnlyList<ZipItem> items, ZipArchive zip, string fileName)
    {
        var named = items.ToArray();
        for (var i = 0; i < named.Length; i++)
        {
            if (named[i].Name is { } name && !name.Contains('\uFFFD', StringComparison.Ordinal)) continue;
            var shown = zip.Entries[i].FullName;
            if (!ArchiveNames.IsCompanion(ArchiveNames.Split(shown)))
            {
                throw new DatasetException(
                    ImageFolder.NameOf(fileName, shown),
                    0,
                    "The entry's name is not in the encoding that it claims. Pack the pictures with names in UTF-8.");
            }

            named[i] = named[i] with { Name = shown };
        }

        return named;
    }

    // In a code page of two bytes a letter the second byte may look like a backslash: two folders would become one.
    private static void RequireTold(IEnumerable<ZipItem> items, string fileName, bool hasBackslashes)
    {
        foreach (var item in items.Where(i => i.IsNameGuessed))
        {
            var name = item.Name!;
            if (!name.Where((c, i) => c == '\\' && (!hasBackslashes || (i > 0 && !char.IsAscii(name[i - 1])))).Any()) continue;
            throw new DatasetException(
                ImageFolder.NameOf(fileName, name),
                0,
                "The entry's name is in an encoding that can't be told, so that its folders can't be either. Pack the pictures with names in UTF-8.");
        }
    }

    private static void RequirePlain(IEnumerable<(string Name, string[] Path)> entries, string fileName)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, path) in entries)
        {
            if (!seen.Add(string.Join('/', path))) throw new DatasetException(ImageFolder.NameOf(fileName, name), 0, "The zip has this entry twice.");
            if (Array.Exists(path, p => p.Length == 0))
                throw new DatasetException(ImageFolder.NameOf(fileName, name), 0, "The entry's path is not plain.");
        }
    }
}
