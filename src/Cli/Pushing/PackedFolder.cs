using System.IO.Compression;
using System.IO.Enumeration;
using WrnCloud.Datasets;
using WrnCloud.Storage;

namespace WrnCloud.Cli.Pushing;

/// <summary>
/// A folder of folders of pictures as one zip, in a temporary file that goes with the process. Equal pictures under equal names give equal bytes, whatever
/// their dates, so that pushing a folder again finds that it is there already. Links to folders are not followed.
/// </summary>
internal static class PackedFolder
{
    /// <summary>Its name in the store.</summary>
    public const string FileName = "pictures.zip";

    private const int BufferBytes = 1 << 20;

    // The earliest that a zip can tell.
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Whether there are files below the folder that could be pictures.</summary>
    public static bool HasPictures(string folder) => Files(folder).Any(f => Parts(folder, f).Length > 1);

    /// <summary>Packs the folder. Companion files are left out, and counted.</summary>
    /// <exception cref="UsageException">A file can't be read, or there is more than one file of a data set may hold.</exception>
    public static (LocalFile File, int Companions) Pack(string folder)
    {
        // Deleted with the process: whatever ends it, nothing of gigabytes stays behind.
        var path = Path.Combine(Path.GetTempPath(), $"wrn-{Path.GetRandomFileName()}.zip");
        var packed = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, BufferBytes, FileOptions.DeleteOnClose);
        var all = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Count();
        var pictures = Files(folder).OrderBy(f => string.Join('/', Parts(folder, f)), StringComparer.Ordinal).ToList();
        try
        {
            using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (var picture in pictures)
                {
                    var entry = zip.CreateEntry(string.Join('/', Parts(folder, picture)), CompressionLevel.NoCompression);
                    entry.LastWriteTime = EntryTime;
                    using var target = entry.Open();
                    using var source = File.OpenRead(picture);
                    source.CopyTo(target);
                    if (packed.Position > DatasetManifest.MaxFileBytes) throw TooLarge(folder);
                }
            }

            packed.Flush();
            if (packed.Length > DatasetManifest.MaxFileBytes) throw TooLarge(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            packed.Dispose();
            throw new UsageException($"'{folder}' can't be packed: {e.Message}");
        }
        catch
        {
            packed.Dispose();
            throw;
        }

        return (new LocalFile(FileName, Open), Math.Max(0, all - pictures.Count));

        // The first stream is kept, for when it is closed the file is gone.
        Stream Open()
        {
            ObjectDisposedException.ThrowIf(packed.SafeFileHandle.IsClosed, packed);
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferBytes);
        }
    }

    private static FileSystemEnumerable<string> Files(string folder) => new(
        folder,
        (ref FileSystemEntry entry) => entry.ToFullPath(),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && !ArchiveNames.IsCompanion(Parts(folder, entry.ToFullPath())),
        ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
    };

    private static string[] Parts(string folder, string path) => ArchiveNames.Split(Path.GetRelativePath(folder, path));

    private static UsageException TooLarge(string folder) =>
        new($"The pictures in '{folder}' have more than {DatasetManifest.MaxFileBytes:N0} bytes. Pack them into several zips, such as train.zip and test.zip, and push the folder with the zips.");
}
