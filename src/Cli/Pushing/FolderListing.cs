using System.Formats.Tar;
using System.IO.Enumeration;
using WrnCloud.Storage;

namespace WrnCloud.Cli.Pushing;

/// <summary>
/// The files below a folder of folders of pictures: nothing is left out without a word, and nothing is opened that is no file.
/// Links to folders are not followed.
/// </summary>
internal sealed class FolderListing
{
    private const int MostNamed = 10;

    private readonly string _root;
    private readonly List<(string Path, string[] Parts)> _pictures = [];
    private readonly List<string> _folders = [];
    private readonly List<string> _links = [];
    private readonly List<string> _specials = [];
    private int _companions;

    private FolderListing(string root) => _root = root;

    /// <summary>The files that may be pictures: where each lies, and its path below the folder, divided by "/", in ordinal order of it.</summary>
    public IEnumerable<(string Path, string Name)> Pictures =>
        _pictures.Select(p => (p.Path, Name: string.Join('/', p.Parts))).OrderBy(p => p.Name, StringComparer.Ordinal);

    /// <summary>Whether there are folders of pictures, by their files' names.</summary>
    public bool HasPictures => _pictures.Exists(p => p.Parts.Length > 1 && ArchiveNames.MayBePicture(p.Parts[^1]));

    /// <summary>A sentence for each kind of what is left out.</summary>
    public IReadOnlyList<string> LeftOut =>
    [
        .. Sentence([], _companions, "companion file", " (hidden files, thumbnails, texts, tables)"),
        .. Sentence(_links, _links.Count, "linked folder", ", not followed: "),
        .. Sentence(_specials, _specials.Count, "pipe, socket or device", ": ", "pipes, sockets or devices"),
        .. ArchiveNames.WithoutPictures(_folders, _pictures.Select(p => p.Parts)) is { Count: > 0 } empty
            ? Sentence(empty, empty.Count, "folder", " without pictures: ")
            : [],
    ];

    /// <summary>Lists a folder.</summary>
    /// <exception cref="FailedException">A name is not in UTF-8.</exception>
    /// <exception cref="IOException">A folder can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    public static FolderListing Of(string folder)
    {
        var listing = new FolderListing(folder);
        var left = new Stack<string[]>([[]]);
        while (left.TryPop(out var parts))
        {
            foreach (var below in listing.Add(parts)) left.Push(below);
        }

        return listing;
    }

    private static IEnumerable<string> Sentence(IReadOnlyList<string> names, int count, string what, string then, string? many = null)
    {
        if (count == 0) return [];
        var more = names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "";
        var shown = string.Join(", ", names.Order(StringComparer.Ordinal).Take(MostNamed).Select(ArchiveNames.Printable));
        return [$"{count} {(count == 1 ? what : many ?? what + "s")}{then}{shown}{more}."];
    }

    // Of files without a length .NET does not tell which are none; to open a pipe would wait for whoever writes to it.
    // Tar has a mark for each kind, and a writer of it looks at the kind first.
    private static bool IsSpecial(Entry entry)
    {
        if (OperatingSystem.IsWindows() || (entry.Length > 0 && !entry.IsLink)) return false;
        var path = entry.IsLink ? File.ResolveLinkTarget(entry.Path, returnFinalTarget: true)?.FullName ?? entry.Path : entry.Path;
        if (new FileInfo(path) is not { Exists: true, Length: 0 }) return false;
        using var tar = new MemoryStream();
        try
        {
            using (var writer = new TarWriter(tar, leaveOpen: true)) writer.WriteEntry(path, "x");
        }
        catch (IOException)
        {
            // A socket, of which tar knows nothing.
            return true;
        }

        tar.Position = 0;
        using var reader = new TarReader(tar);
        return reader.GetNextEntry()?.EntryType is not TarEntryType.RegularFile;
    }

    private static int Files(string folder)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        return Directory.EnumerateFiles(folder, "*", options).Count();
    }

    // The folders below it that are looked at.
    private List<string[]> Add(string[] parts)
    {
        var path = Path.Combine([_root, .. parts]);
        if (parts.Length > 0) _folders.Add(string.Join('/', parts));
        var entries = new FileSystemEnumerable<Entry>(
            path,
            (ref FileSystemEntry e) => new Entry(
                e.ToFullPath(),
                e.FileName.ToString(),
                e.IsDirectory,
                e.Attributes.HasFlag(FileAttributes.ReparsePoint),
                e.IsDirectory ? 0 : e.Length),
            new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }).ToList();
        RequireNames(path, entries);
        var below = new List<string[]>();
        foreach (var entry in entries)
        {
            string[] name = [.. parts, entry.Name];
            if (entry.IsFolder && ArchiveNames.IsCompanion([.. name, "x"])) _companions += entry.IsLink ? 1 : Files(entry.Path);
            else if (entry.IsFolder && entry.IsLink) _links.Add(string.Join('/', name));
            else if (entry.IsFolder) below.Add(name);
            else if (ArchiveNames.IsCompanion(name)) _companions++;
            else if (IsSpecial(entry)) _specials.Add(string.Join('/', name));
            else _pictures.Add((entry.Path, name));
        }

        return below;
    }

    // .NET gives such a name with U+FFFD in it, by which nothing is found.
    private static void RequireNames(string folder, List<Entry> entries)
    {
        var strange = entries.Where(e => e.Name.Contains('\uFFFD', StringComparison.Ordinal))
            .Where(e => !ArchiveNames.IsCompanion(e.IsFolder ? [e.Name, "x"] : [e.Name])).ToList();
        if (strange.Count == 0) return;
        throw new FailedException(
            $"In '{ArchiveNames.Printable(folder)}' {(strange.Count == 1 ? "a name is" : $"{strange.Count} names are")} not in UTF-8, "
                + $"such as {ArchiveNames.Printable(strange[0].Name)}: rename what is called so, or convert the names (convmv does).");
    }

    private readonly record struct Entry(string Path, string Name, bool IsFolder, bool IsLink, long Length);
}
