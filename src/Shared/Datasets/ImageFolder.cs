using System.IO.Compression;
using System.Security.Cryptography;
using WrnCloud.Datasets.Checks;
using WrnCloud.Images;
using WrnCloud.Storage;

namespace WrnCloud.Datasets;

/// <summary>
/// Zips of pictures in one folder a class: <c>train/{class}/{file}</c> and <c>test/{class}/{file}</c>, below any folders, in one zip or in several; or
/// <c>{class}/{file}</c> in a zip that holds one split. Validation pictures (<c>val</c>, <c>dev</c>) are the test pictures where there are no others.
/// PNG, JPEG and WebP; the middle square is resized to the size wanted.
/// </summary>
/// <remarks>
/// Total: any bytes give images or a <see cref="DatasetException"/> that names zip and entry. Not more than <see cref="MaxRatio"/> times a zip's length is
/// unpacked from it, whatever its headers say; each picture keeps to the decoder's limits.
/// </remarks>
public sealed class ImageFolder : IDisposable
{
    /// <summary>Most bytes that are unpacked for each byte of a zip.</summary>
    public const int MaxRatio = 100;

    // Pictures that are decoded side by side.
    private const int ChunkPictures = 256;
    private const int ChunkBytes = 64 << 20;

    // Side at which a check looks at a picture.
    private const int LookSize = 72;

    // What small zips may unpack to beyond the ratio: one picture.
    private const long Allowance = ImageDecoder.MaxBytes;
    private readonly List<ZipArchive> _zips = [];
    private readonly List<ImageFolderEntry> _entries = [];
    private readonly List<string> _leftOut = [];
    private readonly IReadOnlyList<(string Name, DatasetSplit Split, Stream Content)> _files;

    private ImageFolder(IReadOnlyList<(string Name, DatasetSplit Split, Stream Content)> files) => _files = files;

    /// <summary>The classes of the training images, in ordinal order of their folders' names.</summary>
    public IReadOnlyList<string> Classes => [.. Of(DatasetSplit.Train).Select(e => e.Class).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Whether there are test images; otherwise a <see cref="HeldOut"/> is needed.</summary>
    public bool HasTestImages => Of(DatasetSplit.Test).Any();

    /// <summary>A sentence for each kind of file that is not read, with its count.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>Lists the pictures of all zips.</summary>
    /// <param name="files">Each file's name, split and seekable content; the split counts for pictures whose path names none. The streams stay the caller's.</param>
    /// <exception cref="DatasetException">A file is not a zip or breaks a limit.</exception>
    public static ImageFolder Open(IReadOnlyList<(string Name, DatasetSplit Split, Stream Content)> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var folder = new ImageFolder(files);
        try
        {
            foreach (var (name, split, content) in files) folder.Add(name, ImageFolderZip.List(folder._zips, content, name, split));
            folder.ChooseTestImages();
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Decodes the pictures of a split, in the zips' order.</summary>
    /// <param name="split">The split wanted.</param>
    /// <param name="classes">The classes' names, by index; a picture of another class is an error.</param>
    /// <param name="heldOut">Sets test images apart where there are none; null otherwise.</param>
    /// <param name="view">What is kept of a picture.</param>
    /// <param name="receive">Takes the images.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DatasetException">A picture does not decode, or a limit is broken.</exception>
    public void Read(
        DatasetSplit split, IReadOnlyList<string> classes, HeldOut? heldOut, ImageView view, ImageReceiver receive, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(receive);
        var index = classes.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
        var known = Of(split, index, heldOut).Select(e => index.ContainsKey(e.Class) ? e : throw Wrong(e, $"The class is none of the {classes.Count}."));
        foreach (var chunk in Chunks(known, (entry, problem) => throw Wrong(entry, problem), cancellationToken)) Decode(chunk, index, view, receive);
    }

    /// <summary>Looks at every picture of all splits, in the zips' order. A picture that can't be read ends nothing: its problem is handed on.</summary>
    /// <param name="receive">Takes the pictures.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DatasetException">A zip unpacks to more than it may.</exception>
    public void Inspect(Action<CheckedPicture> receive, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receive);
        foreach (var chunk in Chunks(_entries, null, cancellationToken)) Look(chunk, receive);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var zip in _zips) zip.Dispose();
    }

    /// <summary>What an error calls an entry: nothing that a terminal would obey.</summary>
    internal static string NameOf(string zip, string entry) => $"{zip}/{ArchiveNames.Printable(entry)}";

    private void Add(string name, ImageFolderZip zip)
    {
        _entries.AddRange(zip.Entries);
        if (zip.Companions > 0) _leftOut.Add($"{name}: {Count(zip.Companions, "companion file")} (hidden files, thumbnails, texts, tables).");
        if (zip.Outside.Count > 0) _leftOut.Add($"{name}: {Count(zip.Outside.Count, "picture")} outside the layout, such as {ArchiveNames.Printable(zip.Outside[0])}.");
    }

    private void ChooseTestImages()
    {
        var validation = _entries.Count(e => e.Folder == FolderSplit.Validation);
        if (validation == 0 || !_entries.Exists(e => e.Folder == FolderSplit.Test)) return;
        _leftOut.Add($"{Count(validation, "validation picture")}, as there are test pictures too.");
        _entries.RemoveAll(e => e.Folder == FolderSplit.Validation);
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private IEnumerable<ImageFolderEntry> Of(DatasetSplit split) => _entries.Where(e => e.Folder == FolderSplit.Train == (split == DatasetSplit.Train));

    private IEnumerable<ImageFolderEntry> Of(DatasetSplit split, Dictionary<string, int> index, HeldOut? heldOut)
    {
        if (heldOut is null) return Of(split);
        var held = new HashSet<ImageFolderEntry>(ReferenceEqualityComparer.Instance);
        foreach (var members in Of(DatasetSplit.Train).GroupBy(e => e.Class, StringComparer.Ordinal))
        {
            var sorted = members.OrderBy(e => e.Zip).ThenBy(e => e.Name, StringComparer.Ordinal).ToList();
            var isHeld = heldOut.Draw(sorted.Count, index.GetValueOrDefault(members.Key));
            held.UnionWith(sorted.Where((_, i) => isHeld[i]));
        }

        return Of(DatasetSplit.Train).Where(e => held.Contains(e) == (split == DatasetSplit.Test));
    }

    // Pictures that are worked on side by side, with what keeps each from being unpacked; whoever has no use for those hears of the first at once.
    private IEnumerable<List<(ImageFolderEntry Entry, byte[] Bytes, string? Problem)>> Chunks(
        IEnumerable<ImageFolderEntry> entries, Action<ImageFolderEntry, string>? onProblem, CancellationToken cancellationToken)
    {
        var unpacked = new long[_files.Count];
        var chunk = new List<(ImageFolderEntry Entry, byte[] Bytes, string? Problem)>();
        var chunkBytes = 0L;
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var problem = TryUnpack(entry, ref unpacked[entry.Zip], out var bytes);
            if (problem is not null) onProblem?.Invoke(entry, problem);
            chunk.Add((entry, bytes, problem));
            chunkBytes += bytes.Length;
            if (chunk.Count < ChunkPictures && chunkBytes < ChunkBytes) continue;
            yield return chunk;
            chunk.Clear();
            chunkBytes = 0;
        }

        yield return chunk;
    }

    // What is wrong with a picture's file; what is wrong with the whole zip is an exception.
    private string? TryUnpack(ImageFolderEntry entry, ref long unpacked, out byte[] picture)
    {
        var problem = ZipEntryReader.Read(entry.Entry, entry.Item, ImageDecoder.MaxBytes, out picture);
        unpacked += picture.Length;
        if (unpacked > Allowance + (MaxRatio * _files[entry.Zip].Content.Length)) throw Wrong(entry, $"The zip unpacks to more than {MaxRatio} times its length.");
        if (problem is not null) return problem;
        if (picture.Length > ImageDecoder.MaxBytes) return $"The picture's file is larger than {ImageDecoder.MaxBytes} bytes.";
        return picture.AsSpan().StartsWith("PK\u0003\u0004"u8) ? "An archive within the archive is not read." : null;
    }

    private void Look(List<(ImageFolderEntry Entry, byte[] Bytes, string? Problem)> chunk, Action<CheckedPicture> receive)
    {
        var seen = new CheckedPicture[chunk.Count];
        Parallel.For(0, chunk.Count, i => seen[i] = Look(chunk[i].Entry, chunk[i].Bytes, chunk[i].Problem));
        foreach (var picture in seen) receive(picture);
    }

    private CheckedPicture Look(ImageFolderEntry entry, byte[] bytes, string? problem)
    {
        var seen = new CheckedPicture(NameOf(_files[entry.Zip].Name, entry.Name), entry.Folder, entry.Class, null, problem);
        if (problem is not null) return seen;
        try
        {
            return seen with { Look = PictureLook.Of(ImageDecoder.Decode(bytes, LookSize), LookSize, Convert.ToHexStringLower(SHA256.HashData(bytes))) };
        }
        catch (ImageException e)
        {
            return seen with { Problem = e.Message };
        }
    }

    private void Decode(List<(ImageFolderEntry Entry, byte[] Bytes, string? Problem)> chunk, Dictionary<string, int> index, ImageView view, ImageReceiver receive)
    {
        var decoded = new byte[chunk.Count][];
        var failed = new ImageException?[chunk.Count];
        Parallel.For(0, chunk.Count, i =>
        {
            try
            {
                decoded[i] = ImagePlanes.Separate(ImageDecoder.Decode(chunk[i].Bytes, view));
            }
            catch (ImageException e)
            {
                failed[i] = e;
            }
        });

        // One after the other again: the order, and which error is the first, do not depend on threads.
        for (var i = 0; i < chunk.Count; i++)
        {
            if (failed[i] is { } e) throw Wrong(chunk[i].Entry, e.Message, e);
            receive(decoded[i], index[chunk[i].Entry.Class]);
        }
    }

    private DatasetException Wrong(ImageFolderEntry entry, string problem, Exception? innerException = null) =>
        new(NameOf(_files[entry.Zip].Name, entry.Name), 0, problem, innerException);
}
