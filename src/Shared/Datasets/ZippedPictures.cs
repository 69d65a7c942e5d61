using WrnCloud.Images;
using WrnCloud.Storage;

namespace WrnCloud.Datasets;

/// <summary>
/// Unpacks pictures of zips, some at a time to be worked on side by side, and hands on what was made of them in order. Not more than
/// <see cref="ImageFolder.MaxRatio"/> times a zip's length is unpacked from it, whatever its headers say.
/// </summary>
internal sealed class ZippedPictures(IReadOnlyList<(string Name, DatasetSplit Split, Stream Content)> files)
{
    private const int ChunkPictures = 256;
    private const int ChunkBytes = 64 << 20;

    // What small zips may unpack to beyond the ratio: one picture of a usual size.
    private const long Allowance = ImageDecoder.MaxBytes;

    /// <summary>Works on pictures on all cores; what came of them is handed on in their order.</summary>
    /// <param name="entries">The pictures.</param>
    /// <param name="work">Gets a picture's bytes, or why there are none; called from any thread.</param>
    /// <param name="receive">Gets what was made of each.</param>
    /// <param name="cancellationToken">Ends it between two pictures.</param>
    /// <exception cref="DatasetException">A zip unpacks to more than it may.</exception>
    public void ForEach<T>(
        IEnumerable<ImageFolderEntry> entries,
        Func<ImageFolderEntry, byte[], string?, T> work,
        Action<ImageFolderEntry, T> receive,
        CancellationToken cancellationToken)
    {
        foreach (var chunk in Chunks(entries, cancellationToken))
        {
            var made = new T[chunk.Count];
            Parallel.For(0, chunk.Count, i => made[i] = work(chunk[i].Entry, chunk[i].Bytes, chunk[i].Problem));

            // One after the other again: the order, and which error is the first, do not depend on threads.
            for (var i = 0; i < chunk.Count; i++) receive(chunk[i].Entry, made[i]);
        }
    }

    /// <summary>A picture's name in error messages.</summary>
    public string NameOf(ImageFolderEntry entry) => ImageFolder.NameOf(files[entry.Zip].Name, entry.Name);

    private IEnumerable<List<(ImageFolderEntry Entry, byte[] Bytes, string? Problem)>> Chunks(
        IEnumerable<ImageFolderEntry> entries, CancellationToken cancellationToken)
    {
        var unpacked = new long[files.Count];
        var chunk = new List<(ImageFolderEntry Entry, byte[] Bytes, string? Problem)>();
        var chunkBytes = 0L;
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var problem = TryUnpack(entry, ref unpacked[entry.Zip], out var bytes);
            chunk.Add((entry, bytes, problem));
            chunkBytes += bytes.Length;
            if (problem is null && chunk.Count < ChunkPictures && chunkBytes < ChunkBytes) continue;
            yield return chunk;
            chunk.Clear();
            chunkBytes = 0;
        }

        yield return chunk;
    }

    // What is wrong with a picture's file; what is wrong with the whole zip is an exception.
    private string? TryUnpack(ImageFolderEntry entry, ref long unpacked, out byte[] picture)
    {
        var problem = ZipEntryReader.Read(entry.Entry, entry.Item, ImageLimits.Trained.MaxBytes, out picture);
        unpacked += picture.Length;
        if (unpacked > Allowance + (ImageFolder.MaxRatio * files[entry.Zip].Content.Length))
            throw new DatasetException(NameOf(entry), 0, $"The zip unpacks to more than {ImageFolder.MaxRatio} times its length.");
        if (problem is not null) return problem;
        if (picture.Length > ImageLimits.Trained.MaxBytes) return $"The picture's file is larger than {ImageLimits.Trained.MaxBytes} bytes.";
        return FileKinds.ArchiveOf(picture) is { } kind ? $"The entry is {kind}; archives within the archive are not read." : null;
    }
}
