using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using WrnCloud.Errors;
using WrnCloud.Safetensors;
using WrnCloud.Storage;

namespace WrnCloud.Weights.Torch;

/// <summary>
/// Reads the format of <c>torch.save</c> since PyTorch 1.6: a zip with <c>NAME/data.pkl</c> and a stored entry <c>NAME/data/KEY</c> for each storage.
/// Storages are used in place; because nothing is unpacked, nothing can expand beyond the file's size.
/// </summary>
internal sealed class TorchArchive
{
    private const int MaxEntries = 20_000;
    private const int LocalHeaderBytes = 30;
    private const string Pickle = "data.pkl";

    private readonly ReadOnlyMemory<byte> _file;
    private readonly Dictionary<string, ZipItem> _entries = new(StringComparer.Ordinal);
    private readonly string _folder;

    private TorchArchive(ReadOnlyMemory<byte> file)
    {
        _file = file;
        foreach (var item in Items(file))
        {
            if (item.Name is { } name && !_entries.TryAdd(name, item)) throw Invalid($"has '{name}' twice");
        }

        var pickles = _entries.Keys.Where(n => n.EndsWith($"/{Pickle}", StringComparison.Ordinal)).ToList();
        if (pickles.Count != 1) throw Invalid($"has {pickles.Count} files {Pickle} in a folder; a file of torch.save has one");
        _folder = pickles[0][..^Pickle.Length];
    }

    /// <summary>The saved value, as returned by <see cref="PickleReader.Read"/>.</summary>
    /// <exception cref="WrnException"><c>weights-invalid</c> or <c>weights-unsafe</c>.</exception>
    public static object? Read(ReadOnlyMemory<byte> file)
    {
        var archive = new TorchArchive(file);
        if (archive._entries.ContainsKey($"{archive._folder}constants.pkl"))
            throw Program();
        if (archive._entries.TryGetValue($"{archive._folder}byteorder", out var order)
            && !archive.Bytes(order, "byteorder").Span.SequenceEqual("little"u8))
            throw Invalid("was written on a big-endian machine; save it again on a little-endian one");
        return PickleReader.Read(archive.Bytes(archive._entries[archive._folder + Pickle], Pickle), archive.StorageBytes);
    }

    private ReadOnlyMemory<byte> StorageBytes(TorchStorage storage)
    {
        var name = $"{_folder}data/{storage.Key}";
        if (!_entries.TryGetValue(name, out var item)) throw Invalid($"lacks the storage '{storage.Key}'");
        var bytes = Bytes(item, name);
        return SafetensorsTensor.ByteLength(storage.Type, [storage.Count]) is { } length && length <= bytes.Length
            ? bytes[..(int)length]
            : throw Invalid($"has {bytes.Length} bytes in the storage '{storage.Key}', fewer than its {storage.Count} elements need");
    }

    // An entry's name and extra field are repeated before its bytes; their lengths may differ from the directory's.
    private ReadOnlyMemory<byte> Bytes(ZipItem item, string name)
    {
        if (item.Method != 0 || item.IsEncrypted || item.Packed != item.Unpacked)
            throw Invalid($"has '{name}' compressed; torch.save stores its files uncompressed");
        var header = item.Offset <= _file.Length - LocalHeaderBytes ? _file.Span.Slice((int)item.Offset, LocalHeaderBytes) : [];
        if (!header.StartsWith("PK\u0003\u0004"u8)) throw Invalid($"has no header before '{name}'");
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]), extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var start = item.Offset + LocalHeaderBytes + nameLength + extraLength;
        return start + item.Packed <= _file.Length ? _file.Slice((int)start, (int)item.Packed) : throw Invalid($"is cut off in '{name}'");
    }

    private static IReadOnlyList<ZipItem> Items(ReadOnlyMemory<byte> file)
    {
        if (!MemoryMarshal.TryGetArray(file, out var array)) array = new ArraySegment<byte>(file.ToArray());
        using var stream = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        try
        {
            if (ZipEntries.AreMoreThan(MaxEntries, stream)) throw Invalid($"has more than {MaxEntries} entries");
            return ZipDirectory.Read(stream);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or DecoderFallbackException)
        {
            throw Invalid($"can't be read: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static WrnException Program() => new(
        ErrorCatalogue.WeightsUnsafe,
        "The file is a TorchScript program, not weights. Save the state dict alone: torch.save(model.state_dict(), 'weights.pth').");

    private static WrnException Invalid(string what, Exception? inner = null) => new(ErrorCatalogue.WeightsInvalid, $"The zip {what}.", null, inner);
}
