using System.IO.Compression;
using WrnCloud.Datasets.Checks;
using WrnCloud.Images;
using WrnCloud.Storage;

namespace WrnCloud.Datasets;

/// <summary>
/// Zips of pictures in one folder a class:
/// <c>train/{class}/{file}</c>, <c>val/{class}/{file}</c> and <c>test/{class}/{file}</c>, below any folders, in one zip or in several;
/// or <c>{class}/{file}</c> in a zip that holds one split; or in any places, with an index that says what each is.
/// PNG, JPEG and WebP; the middle square is resized to the size wanted.
/// </summary>
/// <remarks>
/// Total: any bytes give images or a <see cref="DatasetException"/> that names zip and entry.
/// Not more than <see cref="MaxRatio"/> times a zip's length is unpacked from it, whatever its headers say;
/// each picture keeps to the decoder's limits.
/// </remarks>
public sealed class ImageFolder : IDisposable
{
    /// <summary>Most bytes that are unpacked for each byte of a zip.</summary>
    public const int MaxRatio = 100;

    /// <summary>The zip that a small folder of pictures is packed into; a larger one is in several, see <see cref="PackedPart"/>.</summary>
    public const string PackedName = "pictures.zip";

    private const string PackedPrefix = "pictures-";

    private readonly List<ZipArchive> _zips = [];
    private readonly List<ImageFolderEntry> _entries = [];
    private readonly List<string> _leftOut = [];
    private readonly Lock _reading = new();
    private readonly ZippedPictures _pictures;
    private readonly IReadOnlyList<(string Name, DatasetSplit Split, Stream Content)> _files;
    private bool _hasIndex;

    private ImageFolder(IReadOnlyList<(string Name, DatasetSplit Split, Stream Content)> files) =>
        (_files, _pictures) = (files, new ZippedPictures(files));

    /// <summary>The classes of the training images, in ordinal order of their folders' names.</summary>
    public IReadOnlyList<string> Classes =>
        [.. Of(DatasetSplit.Train).Select(e => e.Class).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>A sentence for each kind of file that is not read, with its count.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>Lists the pictures of all zips by their paths.</summary>
    /// <param name="files">
    /// Each file's name, split and seekable content; the split counts for pictures whose path names none. The streams stay the caller's.
    /// </param>
    /// <param name="isStored">Whether they are a data set's that was stored without an index: it is read as it was read then.</param>
    /// <exception cref="DatasetException">A file is not a zip, breaks a limit, or has names or folders that can't be told.</exception>
    public static ImageFolder Open(IReadOnlyList<(string Name, DatasetSplit Split, Stream Content)> files, bool isStored = false)
    {
        ArgumentNullException.ThrowIfNull(files);
        return Filled(files, folder =>
        {
            var opened = files.Select((f, i) => (Zip: i, f.Name, Items: ImageFolderZip.Open(folder._zips, f.Content, f.Name))).ToList();
            foreach (var parts in opened.GroupBy(f => IsPacked(f.Name) ? PackedName : f.Name, StringComparer.Ordinal))
            {
                var listed = parts.Select(p => (p.Zip, p.Name, folder._zips[p.Zip], p.Items)).ToList();
                folder.Add(parts.Key, ImageFolderZip.List(listed, files[parts.First().Zip].Split, isStored));
            }
        });
    }

    /// <summary>Lists the pictures that an index names.</summary>
    /// <param name="files">Each file's name, split and seekable content. The streams stay the caller's.</param>
    /// <param name="index">Says what each picture is, whatever its path.</param>
    /// <exception cref="DatasetException">A file is not a zip, breaks a limit, or has no such picture as the index says.</exception>
    public static ImageFolder Open(IReadOnlyList<(string Name, DatasetSplit Split, Stream Content)> files, PictureIndex index)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(index);
        return Filled(files, folder =>
        {
            folder._hasIndex = true;
            var opened = files.Select((f, i) => (f.Name, Zip: i, Items: ImageFolderZip.Open(folder._zips, f.Content, f.Name)));
            var listed = opened.ToDictionary(f => f.Name, StringComparer.Ordinal);
            foreach (var picture in index.Pictures)
            {
                if (!listed.TryGetValue(picture.Zip, out var zip)
                    || picture.Entry >= zip.Items.Count
                    || zip.Items[picture.Entry].Name != picture.Name)
                {
                    throw new DatasetException(NameOf(picture.Zip, picture.Name), 0, "There is no such picture; the index says that there is.");
                }

                var split = picture.Split switch
                {
                    DatasetSplit.Train => FolderSplit.Train,
                    DatasetSplit.Validation => FolderSplit.Validation,
                    _ => FolderSplit.Test,
                };
                var entry = folder._zips[zip.Zip].Entries[picture.Entry];
                var item = zip.Items[picture.Entry];
                folder._entries.Add(new ImageFolderEntry(zip.Zip, picture.Entry, entry, item, picture.Class, split));
            }
        });
    }

    /// <summary>Decodes the pictures of a split, in the zips' order, or the index's.</summary>
    /// <param name="split">
    /// The split wanted. Without an index there is no validation, and validation pictures are the test pictures where there are no others.
    /// </param>
    /// <param name="classes">The classes' names, by index; a picture of another class is an error.</param>
    /// <param name="heldOut">Sets test images apart where there are none; null otherwise.</param>
    /// <param name="view">What is kept of a picture.</param>
    /// <param name="receive">Takes the images.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DatasetException">A picture does not decode, or a limit is broken.</exception>
    public void Read(
        DatasetSplit split,
        IReadOnlyList<string> classes,
        HeldOut? heldOut,
        ImageView view,
        ImageReceiver receive,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(receive);
        var index = IndexOf(classes);
        var known = Of(split, index, heldOut)
            .Select(e => index.ContainsKey(e.Class) ? e : throw Wrong(e, $"The class is none of the {classes.Count}."));
        _pictures.ForEach(known, (_, bytes, problem) => Planes(bytes, problem, view), Receive, cancellationToken);

        void Receive(ImageFolderEntry entry, (byte[]? Planes, string? Problem, ImageException? Error) decoded) =>
            receive(decoded.Planes ?? throw Wrong(entry, decoded.Problem!, decoded.Error), index[entry.Class]);
    }

    /// <summary>The pictures of a split, to be decoded one by one as they are asked for, in the order of <see cref="Read"/>.</summary>
    /// <param name="split">The split wanted.</param>
    /// <param name="classes">The classes' names, by index.</param>
    /// <param name="heldOut">Sets test images apart where there are none; null otherwise.</param>
    /// <param name="view">What is kept of a picture.</param>
    /// <returns>
    /// Gives the planes of the picture at a position, on any thread, as long as this is not disposed of; throws a <see cref="DatasetException"/>.
    /// </returns>
    public Func<int, byte[]> Decoder(DatasetSplit split, IReadOnlyList<string> classes, HeldOut? heldOut, ImageView view)
    {
        ArgumentNullException.ThrowIfNull(classes);
        var entries = Of(split, IndexOf(classes), heldOut).ToList();
        return position =>
        {
            var entry = entries[position];
            string? problem;
            byte[] bytes;

            // A zip's entries share one stream.
            lock (_reading) problem = ZipEntryReader.Read(entry.Entry, entry.Item, ImageLimits.Trained.MaxBytes, out bytes);
            var (planes, wrong, error) = Planes(bytes, problem, view);
            return planes ?? throw Wrong(entry, wrong!, error);
        };
    }

    /// <summary>Looks at every picture of all splits, in order. A picture that can't be read ends nothing: its problem is handed on.</summary>
    /// <param name="receive">Takes the pictures.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DatasetException">A zip unpacks to more than it may.</exception>
    public void Inspect(Action<CheckedPicture> receive, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receive);
        _pictures.ForEach(_entries, Look, (_, picture) => receive(picture), cancellationToken);
    }

    /// <summary>Decodes pictures that were looked at, for people to see; one that can't be read any more is left out.</summary>
    /// <param name="pictures">Some of those that <see cref="Inspect"/> gave.</param>
    /// <param name="size">Side of the middle square in pixels.</param>
    /// <param name="receive">Takes each picture with its <c>S×S×3</c> bytes, RGB, interleaved.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DatasetException">A zip unpacks to more than it may.</exception>
    public void View(
        IEnumerable<CheckedPicture> pictures, int size, Action<CheckedPicture, byte[]> receive, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receive);
        var wanted = pictures.ToDictionary(p => (p.Zip, p.Entry));
        _pictures.ForEach(
            _entries.Where(e => wanted.ContainsKey((_files[e.Zip].Name, e.Position))),
            (_, bytes, problem) => problem is null ? TryDecode(bytes) : null,
            (entry, rgb) =>
            {
                if (rgb is not null) receive(wanted[(_files[entry.Zip].Name, entry.Position)], rgb);
            },
            cancellationToken);

        byte[]? TryDecode(byte[] bytes)
        {
            try
            {
                return ImageDecoder.Decode(bytes, ImageView.Of(size), ImageLimits.Trained);
            }
            catch (ImageException)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var zip in _zips) zip.Dispose();
    }

    /// <summary>
    /// A picture's location as people are shown it: without control characters, and without the name of a zip that they have not made themselves.
    /// </summary>
    /// <param name="zip">The zip's name.</param>
    /// <param name="entry">The path in it.</param>
    public static string NameOf(string zip, string entry) => IsPacked(zip) ? ArchiveNames.Printable(entry) : $"{zip}/{ArchiveNames.Printable(entry)}";

    /// <summary>The name of one of several zips that a folder of pictures is packed into; their folders are looked at together.</summary>
    /// <param name="number">From 1.</param>
    public static string PackedPart(int number) => $"{PackedPrefix}{number:D4}.zip";

    private static bool IsPacked(string zip) =>
        zip == PackedName
        || (zip.Length == PackedPart(1).Length
            && zip.StartsWith(PackedPrefix, StringComparison.Ordinal)
            && zip.EndsWith(".zip", StringComparison.Ordinal)
            && zip.AsSpan(PackedPrefix.Length, 4).IndexOfAnyExceptInRange('0', '9') < 0);

    private static ImageFolder Filled(IReadOnlyList<(string Name, DatasetSplit Split, Stream Content)> files, Action<ImageFolder> fill)
    {
        var folder = new ImageFolder(files);
        try
        {
            fill(folder);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static Dictionary<string, int> IndexOf(IReadOnlyList<string> classes) =>
        classes.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);

    private static (byte[]? Planes, string? Problem, ImageException? Error) Planes(byte[] bytes, string? problem, ImageView view)
    {
        if (problem is not null) return (null, problem, null);
        try
        {
            return (ImagePlanes.Separate(ImageDecoder.Decode(bytes, view, ImageLimits.Trained)), null, null);
        }
        catch (ImageException e)
        {
            return (null, e.Message, e);
        }
    }

    private void Add(string name, ImageFolderZip zip)
    {
        _entries.AddRange(zip.Entries);
        _leftOut.AddRange(zip.LeftOut(IsPacked(name) ? "" : $"{name}: "));
    }

    private IEnumerable<ImageFolderEntry> Of(DatasetSplit split)
    {
        var hasTest = _hasIndex || _entries.Exists(e => e.Folder == FolderSplit.Test);
        var wanted = split switch
        {
            DatasetSplit.Train => FolderSplit.Train,
            DatasetSplit.Validation => FolderSplit.Validation,
            _ => hasTest ? FolderSplit.Test : FolderSplit.Validation,
        };
        return split == DatasetSplit.Validation && !_hasIndex ? [] : _entries.Where(e => e.Folder == wanted);
    }

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

    private CheckedPicture Look(ImageFolderEntry entry, byte[] bytes, string? problem)
    {
        var seen = new CheckedPicture(_files[entry.Zip].Name, entry.Position, entry.Name, entry.Folder, entry.Class) { Problem = problem };
        return problem is null ? seen.Examined(bytes) : seen;
    }

    private DatasetException Wrong(ImageFolderEntry entry, string problem, Exception? innerException = null) =>
        new(_pictures.NameOf(entry), 0, problem, innerException);
}
