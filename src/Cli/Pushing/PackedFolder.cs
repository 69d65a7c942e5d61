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
    private const int BufferBytes = 1 << 20;

    // The earliest that a zip can tell.
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Whether there are files below the folder that could be pictures.</summary>
    public static bool HasPictures(string folder) => Files(folder).Any(f => f.Parts.Length > 1 && !ArchiveNames.IsCompanion(f.Parts));

    /// <summary>Packs the folder. Companion files are left out, and counted.</summary>
    /// <exception cref="UsageException">A file can't be read, or there is more than one file of a data set may hold.</exception>
    public static (LocalFile File, int Companions) Pack(string folder)
    {
        // Deleted with the process: whatever ends it, nothing of gigabytes stays behind.
        var target = Path.Combine(Path.GetTempPath(), $"wrn-{Path.GetRandomFileName()}.zip");
        var packed = new FileStream(target, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, BufferBytes, FileOptions.DeleteOnClose);
        try
        {
            var files = Files(folder).ToLookup(f => ArchiveNames.IsCompanion(f.Parts), f => (f.Path, Name: string.Join('/', f.Parts)));
            using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (var (path, name) in files[false].OrderBy(f => f.Name, StringComparer.Ordinal))
                {
                    var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
                    entry.LastWriteTime = EntryTime;
                    using var content = entry.Open();
                    using var source = File.OpenRead(path);
                    source.CopyTo(content);
                    if (packed.Position > DatasetManifest.MaxFileBytes) throw TooLarge(folder);
                }
            }

            packed.Flush();
            if (packed.Length > DatasetManifest.MaxFileBytes) throw TooLarge(folder);
            return (new LocalFile(ImageFolder.PackedName, Open), files[true].Count());
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

        // The first stream is kept, for when it is closed the file is gone.
        Stream Open()
        {
            ObjectDisposedException.ThrowIf(packed.SafeFileHandle.IsClosed, packed);
            return new FileStream(target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferBytes);
        }
    }

    private static FileSystemEnumerable<(string Path, string[] Parts)> Files(string folder) => new(
        folder,
        (ref FileSystemEntry entry) => (entry.ToFullPath(), ArchiveNames.Split(Path.GetRelativePath(folder, entry.ToFullPath()))),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
        ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
    };

    private static UsageException TooLarge(string folder) =>
        new($"The pictures in '{folder}' have more than {DatasetManifest.MaxFileBytes:N0} bytes. Pack them into several zips, such as train.zip and test.zip, and push the folder with the zips.");
}
