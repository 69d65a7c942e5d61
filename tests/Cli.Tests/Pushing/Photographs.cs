using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using WrnCloud.Images;

namespace WrnCloud.Cli.Tests.Pushing;

/// <summary>Small pictures in folders and zips; each path has one of its own.</summary>
internal static class Photographs
{
    public static void Write(TestFolder folder, string path) => folder.Write(path, Png(path));

    /// <summary>The zip's path.</summary>
    public static string Zip(TestFolder folder, string name, IEnumerable<string> entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                using var content = zip.CreateEntry(entry).Open();
                content.Write(Png(entry));
            }
        }

        return folder.Write(name, stream.ToArray());
    }

    private static byte[] Png(string path) => ImageEncoder.Png(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, 3), 1, 1);
}
