using System.IO.Compression;
using System.Runtime.InteropServices;

namespace WrnCloud.Shared.Tests.Weights;

/// <summary>Zips as <c>torch.save</c> writes them.</summary>
internal static class TorchFile
{
    public static byte[] Of(byte[] pickle, params (string Key, byte[] Bytes)[] storages) => Zip(
        CompressionLevel.NoCompression,
        [("archive/data.pkl", pickle), ("archive/byteorder", "little"u8.ToArray()), .. storages.Select(s => ($"archive/data/{s.Key}", s.Bytes))]);

    public static byte[] Zip(CompressionLevel level, params IEnumerable<(string Name, byte[] Bytes)> entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                using var content = zip.CreateEntry(name, level).Open();
                content.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    public static byte[] Floats(params float[] values) => MemoryMarshal.AsBytes<float>(values).ToArray();
}
