using System.IO.Compression;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Pushing;

/// <summary>
/// A folder of folders of pictures as zips of some ten megabytes each, in temporary files that go with the process:
/// an upload that broke off goes on behind the last that arrived.
/// Equal pictures under equal names give equal bytes, whatever their dates, so that pushing a folder again finds that it is there already.
/// </summary>
internal static class PackedFolder
{
    /// <summary>A zip is closed when it has so many bytes.</summary>
    public const int PartBytes = 48 << 20;

    private const int BufferBytes = 1 << 20;

    // One of a data set's thousand files is its index.
    private const int MostParts = 999;

    // The earliest that a zip can tell.
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Packs what a folder was found to hold.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="listing">What lies below it.</param>
    /// <param name="partBytes">A zip is closed when it has so many bytes.</param>
    /// <exception cref="FailedException">A file can't be read, or there is more than a data set may hold.</exception>
    public static IReadOnlyList<LocalFile> Pack(string folder, FolderListing listing, int partBytes = PartBytes)
    {
        var parts = new List<(string Path, FileStream Stream)>();
        try
        {
            using var pictures = listing.Pictures.GetEnumerator();
            for (var isMore = pictures.MoveNext(); isMore;)
            {
                if (parts.Count == MostParts)
                    throw new FailedException(
                        $"The pictures in '{folder}' have more than {(long)MostParts * partBytes:N0} bytes, which is more than a data set may hold.");
                parts.Add(Create());
                isMore = Fill(parts[^1].Stream, pictures, partBytes);
            }

            return [.. parts.Select((p, i) => new LocalFile(parts.Count == 1 ? ImageFolder.PackedName : Name(i), () => Open(p)))];

            static string Name(int part) => ImageFolder.PackedPart(part + 1);
        }
        catch (Exception e)
        {
            foreach (var (_, stream) in parts) stream.Dispose();
            if (e is IOException or UnauthorizedAccessException) throw new FailedException($"'{folder}' can't be packed: {e.Message}");
            throw;
        }
    }

    // Deleted with the process: whatever ends it, nothing of gigabytes stays behind.
    // Windows sees to that; on Linux the name goes at once and the descriptor stands for the file; elsewhere a process that is killed leaves it.
    private static (string Path, FileStream Stream) Create()
    {
        var path = Path.Combine(Path.GetTempPath(), $"wrn-{Path.GetRandomFileName()}.zip");
        var isLinux = OperatingSystem.IsLinux();
        var options = isLinux ? FileOptions.None : FileOptions.DeleteOnClose;
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, BufferBytes, options);
        if (!isLinux) return (path, stream);
        File.Delete(path);
        return ($"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}", stream);
    }

    // False when no picture is left; else the enumerator stands at the next.
    private static bool Fill(FileStream part, IEnumerator<(string Path, string Name)> pictures, int partBytes)
    {
        bool isMore;
        using (var zip = new ZipArchive(part, ZipArchiveMode.Create, leaveOpen: true))
        {
            do
            {
                var entry = zip.CreateEntry(pictures.Current.Name, CompressionLevel.NoCompression);
                entry.LastWriteTime = EntryTime;
                using (var content = entry.Open())
                using (var source = File.OpenRead(pictures.Current.Path))
                {
                    source.CopyTo(content);
                }

                isMore = pictures.MoveNext();
            }
            while (isMore && part.Position < partBytes);
        }

        part.Flush();
        return isMore;
    }

    // The first stream is kept, for when it is closed the file is gone.
    private static FileStream Open((string Path, FileStream Stream) part)
    {
        ObjectDisposedException.ThrowIf(part.Stream.SafeFileHandle.IsClosed, part.Stream);
        return new FileStream(part.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferBytes);
    }
}
