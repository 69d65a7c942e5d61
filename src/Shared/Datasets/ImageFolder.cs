using System.IO.Compression;
using WrnCloud.Images;

namespace WrnCloud.Datasets;

/// <summary>
/// Zips of pictures in one folder a class: <c>train/{class}/{file}</c> and <c>test/{class}/{file}</c> (also <c>val</c>; a folder around both is fine), in one
/// zip or in several; or <c>{class}/{file}</c> in a zip that holds one split. PNG, JPEG and WebP; the middle square is resized to the size wanted.
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

    // What small zips may unpack to beyond the ratio: one picture.
    private const long Allowance = ImageDecoder.MaxBytes;
    private readonly List<ZipArchive> _zips = [];
    private readonly List<ImageFolderEntry> _entries = [];
    private readonly IReadOnlyList<(string Name, DatasetSplit Split, Stream Content)> _files;

    private ImageFolder(IReadOnlyList<(string Name, DatasetSplit Split, Stream Content)> files) => _files = files;

    /// <summary>The classes of the training images, in ordinal order of their folders' names.</summary>
    public IReadOnlyList<string> Classes => [.. _entries.Where(e => e.Split == DatasetSplit.Train).Select(e => e.Class).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Whether there are test images; otherwise a <see cref="HeldOut"/> is needed.</summary>
    public bool HasTestImages => _entries.Exists(e => e.Split == DatasetSplit.Test);

    /// <summary>Lists the pictures of all zips.</summary>
    /// <param name="files">Each file's name, split and seekable content; the split counts for pictures whose path names none. The streams stay the caller's.</param>
    /// <exception cref="DatasetException">A file is not a zip or breaks a limit.</exception>
    public static ImageFolder Open(IReadOnlyList<(string Name, DatasetSplit Split, Stream Content)> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var folder = new ImageFolder(files);
        try
        {
            foreach (var (name, split, content) in files) folder._entries.AddRange(ImageFolderZip.List(folder._zips, content, name, split));
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
    /// <param name="size">S, the side wanted in pixels, 1 to 1,024.</param>
    /// <param name="receive">Takes the images.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DatasetException">A picture does not decode, or a limit is broken.</exception>
    public void Read(
        DatasetSplit split, IReadOnlyList<string> classes, HeldOut? heldOut, int size, ImageReceiver receive, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(receive);
        var index = classes.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
        var unpacked = new long[_files.Count];
        var chunk = new List<(ImageFolderEntry Entry, byte[] Bytes)>();
        var chunkBytes = 0L;
        foreach (var entry in Of(split, index, heldOut))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!index.ContainsKey(entry.Class)) throw Wrong(entry, $"The class is none of the {classes.Count}.");
            chunk.Add((entry, Unpack(entry, ref unpacked[entry.Zip])));
            chunkBytes += chunk[^1].Bytes.Length;
            if (chunk.Count < ChunkPictures && chunkBytes < ChunkBytes) continue;
            Decode(chunk, index, size, receive);
            chunkBytes = 0;
        }

        Decode(chunk, index, size, receive);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var zip in _zips) zip.Dispose();
    }

    /// <summary>What an error calls an entry: nothing that a terminal would obey.</summary>
    internal static string NameOf(string zip, string entry) =>
        $"{zip}/{new string([.. entry.Take(255).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)])}";

    private IEnumerable<ImageFolderEntry> Of(DatasetSplit split, Dictionary<string, int> index, HeldOut? heldOut)
    {
        if (heldOut is null) return _entries.Where(e => e.Split == split);
        var held = new HashSet<ImageFolderEntry>(ReferenceEqualityComparer.Instance);
        foreach (var members in _entries.Where(e => e.Split == DatasetSplit.Train).GroupBy(e => e.Class, StringComparer.Ordinal))
        {
            var sorted = members.OrderBy(e => e.Zip).ThenBy(e => e.Entry.FullName, StringComparer.Ordinal).ToList();
            var isHeld = heldOut.Draw(sorted.Count, index.GetValueOrDefault(members.Key));
            held.UnionWith(sorted.Where((_, i) => isHeld[i]));
        }

        return _entries.Where(e => e.Split == DatasetSplit.Train && held.Contains(e) == (split == DatasetSplit.Test));
    }

    private byte[] Unpack(ImageFolderEntry entry, ref long unpacked)
    {
        try
        {
            using var content = entry.Entry.Open();
            using var bytes = new MemoryStream();
            var buffer = new byte[1 << 14];
            while (content.Read(buffer) is > 0 and var read)
            {
                bytes.Write(buffer, 0, read);
                unpacked += read;
                if (bytes.Length > ImageDecoder.MaxBytes) throw Wrong(entry, $"The picture's file is larger than {ImageDecoder.MaxBytes} bytes.");
                if (unpacked > Allowance + (MaxRatio * _files[entry.Zip].Content.Length)) throw Wrong(entry, $"The zip unpacks to more than {MaxRatio} times its length.");
            }

            var picture = bytes.ToArray();
            if (picture.AsSpan().StartsWith("PK\u0003\u0004"u8)) throw Wrong(entry, "An archive within the archive is not read.");
            return picture;
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or EndOfStreamException)
        {
            throw Wrong(entry, "The entry is damaged or encrypted.", e);
        }
    }

    private void Decode(List<(ImageFolderEntry Entry, byte[] Bytes)> chunk, Dictionary<string, int> index, int size, ImageReceiver receive)
    {
        var decoded = new byte[chunk.Count][];
        var failed = new ImageException?[chunk.Count];
        Parallel.For(0, chunk.Count, i =>
        {
            try
            {
                decoded[i] = ImagePlanes.Separate(ImageDecoder.Decode(chunk[i].Bytes, size));
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

        chunk.Clear();
    }

    private DatasetException Wrong(ImageFolderEntry entry, string problem, Exception? innerException = null) =>
        new(NameOf(_files[entry.Zip].Name, entry.Entry.FullName), 0, problem, innerException);
}
