using System.IO.Compression;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Functions.Scoring;
using WrnCloud.Images;
using WrnCloud.Jobs;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>An input on local disk: a zip's pictures, or one picture. An item's identity is its index among all entries of the archive.</summary>
public sealed class BatchInput : IDisposable
{
    // Enough bytes to detect a picture's format.
    private const int StartBytes = 16;

    private readonly FileStream _file;
    private readonly ZipArchive? _zip;
    private readonly IReadOnlyList<(ZipArchiveEntry Entry, ZipItem Item)> _entries;

    private BatchInput(
        FileStream file,
        ZipArchive? zip,
        IReadOnlyList<(ZipArchiveEntry Entry, ZipItem Item)> entries,
        IReadOnlyList<int> indices,
        IReadOnlyList<string> items,
        int skipped,
        string sha256)
    {
        _file = file;
        _zip = zip;
        _entries = entries;
        Indices = indices;
        Items = items;
        Skipped = skipped;
        Sha256 = sha256;
    }

    /// <summary>The items' names, for reading only.</summary>
    public IReadOnlyList<string> Items { get; }

    /// <summary>Each item's index in the archive, ascending; skipped entries have an index too.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>Number of directories, and of files that accompany pictures.</summary>
    public int Skipped { get; }

    /// <summary>Hash of the input's bytes.</summary>
    public string Sha256 { get; }

    /// <summary>Opens a file whose ownership passes to the input.</summary>
    /// <exception cref="WrnException">The archive can't be read or breaks a limit.</exception>
    public static BatchInput Open(FileStream file, string name, string sha256)
    {
        Span<byte> start = stackalloc byte[StartBytes];
        file.Position = 0;
        start = start[..file.ReadAtLeast(start, StartBytes, throwOnEndOfStream: false)];
        if (ImageDecoder.BeginsLikePicture(start)) return new BatchInput(file, null, [], [0], [ArchiveNames.Printable(name)], 0, sha256);
        if (FileKinds.InsteadOfZip(file, name) is { } other) throw new WrnException(ErrorCatalogue.ArchiveInvalid, $"The input is {other}");

        try
        {
            var (zip, directory) = ZipContents.Open(file, WrnCloud.Batches.BatchLimits.MaxEntries)
                ?? throw new WrnException(
                    ErrorCatalogue.ArchiveInvalid, $"The archive has more than {WrnCloud.Batches.BatchLimits.MaxEntries} entries.");
            RequireRatio(directory, file.Length);
            var names = directory.Select((item, i) => item.Name ?? zip.Entries[i].FullName).ToList();
            var indices = Enumerable.Range(0, names.Count).Where(i => !ArchiveNames.IsCompanion(ArchiveNames.Split(names[i]))).ToList();
            if (indices.Count == 0) throw new WrnException(ErrorCatalogue.ArchiveInvalid, "The archive has no pictures.");
            return new BatchInput(
                file,
                zip,
                [.. indices.Select(i => (zip.Entries[i], directory[i]))],
                indices,
                [.. indices.Select(i => ArchiveNames.Printable(names[i]))],
                names.Count - indices.Count,
                sha256);
        }
        catch (InvalidDataException e)
        {
            throw new WrnException(ErrorCatalogue.ArchiveInvalid, $"The archive is not a readable zip file. {e.Message}", null, e);
        }
    }

    /// <summary>
    /// The bytes of the item at a position of <see cref="Items"/>, never more than the limit of a picture, whatever the archive's headers say.
    /// </summary>
    public async Task<NamedImage> ReadAsync(int item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_zip is null)
        {
            _file.Position = 0;
            try
            {
                return new NamedImage(Items[item], await BodyReader.BytesAsync(_file, BodyReader.MaxImageBytes, cancellationToken));
            }
            catch (WrnException)
            {
                return TooLarge(item);
            }
        }

        var (entry, described) = _entries[item];
        var problem = ZipEntryReader.Read(entry, described, BodyReader.MaxImageBytes, out var bytes);
        if (problem is not null) return Failed(item, ErrorCatalogue.ArchiveInvalid, problem);
        if (FileKinds.ArchiveOf(bytes) is { } kind)
            return Failed(item, ErrorCatalogue.ArchiveInvalid, $"The entry is {kind}; archives within the archive are not read.");
        if (bytes.Length > BodyReader.MaxImageBytes) return TooLarge(item);
        return new NamedImage(Items[item], bytes);
    }

    public void Dispose()
    {
        _zip?.Dispose();
        _file.Dispose();
    }

    // Pictures hardly compress. An archive that unpacks to a large multiple of its length is an attack.
    private static void RequireRatio(IReadOnlyList<ZipItem> directory, long length)
    {
        var unpacked = directory.Sum(i => Math.Clamp(i.Unpacked, 0, BodyReader.MaxImageBytes));
        if (unpacked > BodyReader.MaxImageBytes + (WrnCloud.Datasets.ImageFolder.MaxRatio * length))
            throw new WrnException(
                ErrorCatalogue.ArchiveInvalid, $"The archive unpacks to more than {WrnCloud.Datasets.ImageFolder.MaxRatio} times its length.");
    }

    private NamedImage TooLarge(int item) =>
        Failed(item, ErrorCatalogue.ImageTooLarge, $"The picture's file is larger than {BodyReader.MaxImageBytes:N0} bytes.");

    private NamedImage Failed(int item, ErrorCode error, string message) =>
        new(Items[item], ReadOnlyMemory<byte>.Empty, new JobReason(error.Code, message));
}
