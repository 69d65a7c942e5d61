using System.IO.Compression;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Functions.Scoring;
using WrnCloud.Jobs;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>An input on local disk: a zip's pictures, or one picture. An item's identity is its index among all entries of the archive.</summary>
public sealed class BatchInput : IDisposable
{
    private readonly FileStream _file;
    private readonly ZipArchive? _zip;
    private readonly IReadOnlyList<ZipArchiveEntry> _entries;

    private BatchInput(
        FileStream file, ZipArchive? zip, IReadOnlyList<ZipArchiveEntry> entries, IReadOnlyList<int> indices, IReadOnlyList<string> items, int skipped, string sha256)
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

    /// <summary>Each item's index in the archive, ascending; directories and system entries are no items, but have an index too.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>Directories and system entries.</summary>
    public int Skipped { get; }

    /// <summary>Hash of the input's bytes.</summary>
    public string Sha256 { get; }

    /// <summary>Opens a file whose ownership passes to the input.</summary>
    /// <exception cref="WrnException">The archive can't be read or breaks a limit.</exception>
    public static BatchInput Open(FileStream file, string name, string sha256)
    {
        Span<byte> magic = stackalloc byte[4];
        file.Position = 0;
        var isZip = file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && (magic.SequenceEqual("PK\u0003\u0004"u8) || magic.SequenceEqual("PK\u0005\u0006"u8));
        if (!isZip) return new BatchInput(file, null, [], [0], [name], 0, sha256);
        if (ZipEntries.AreMoreThan(WrnCloud.Batches.BatchLimits.MaxEntries, file))
            throw new WrnException(ErrorCatalogue.ArchiveInvalid, $"The archive has more than {WrnCloud.Batches.BatchLimits.MaxEntries} entries.");
        try
        {
            var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var indices = Enumerable.Range(0, zip.Entries.Count).Where(i => IsItem(zip.Entries[i])).ToList();
            var entries = indices.Select(i => zip.Entries[i]).ToList();
            if (entries.Count == 0) throw new WrnException(ErrorCatalogue.ArchiveInvalid, "The archive holds no file.");
            return new BatchInput(file, zip, entries, indices, [.. entries.Select(e => Printable(e.FullName))], zip.Entries.Count - entries.Count, sha256);
        }
        catch (InvalidDataException e)
        {
            throw new WrnException(ErrorCatalogue.ArchiveInvalid, "The archive is not a readable zip file.", null, e);
        }
    }

    /// <summary>The bytes of the item at a position of <see cref="Items"/>, never more than one picture may have, whatever the archive's headers say.</summary>
    public async Task<NamedImage> ReadAsync(int item, CancellationToken cancellationToken)
    {
        try
        {
            if (_zip is not null)
            {
                await using var content = await _entries[item].OpenAsync(cancellationToken);
                return new NamedImage(Items[item], await BodyReader.BytesAsync(content, BodyReader.MaxImageBytes, cancellationToken));
            }

            _file.Position = 0;
            return new NamedImage(Items[item], await BodyReader.BytesAsync(_file, BodyReader.MaxImageBytes, cancellationToken));
        }
        catch (WrnException)
        {
            return Failed(item, ErrorCatalogue.ImageTooLarge, $"The picture's file is larger than {BodyReader.MaxImageBytes:N0} bytes.");
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            return Failed(item, ErrorCatalogue.ArchiveInvalid, "The archive's entry is damaged or encrypted.");
        }
    }

    public void Dispose()
    {
        _zip?.Dispose();
        _file.Dispose();
    }

    private static bool IsItem(ZipArchiveEntry entry) =>
        !entry.FullName.EndsWith('/') && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal);

    private static string Printable(string name) =>
        new([.. name.Take(255).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);

    private NamedImage Failed(int item, ErrorCode error, string message) =>
        new(Items[item], ReadOnlyMemory<byte>.Empty, new JobReason(error.Code, message));
}
