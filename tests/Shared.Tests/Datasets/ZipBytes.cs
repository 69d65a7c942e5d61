using System.IO.Compression;
using System.Text;
using SkiaSharp;
using WrnCloud.Shared.Tests.Images;

namespace WrnCloud.Shared.Tests.Datasets;

/// <summary>Zips of small pictures.</summary>
internal static class ZipBytes
{
    public static byte[] Of(params (string Name, byte[] Bytes)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                using var content = zip.CreateEntry(name).Open();
                content.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    /// <summary>A PNG of one gray.</summary>
    public static byte[] Gray(byte value, int width = 32, int height = 32)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.Erase(new SKColor(value, value, value));
        return Pictures.Encoded(bitmap, SKEncodedImageFormat.Png);
    }

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
