using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>A published version's files, as its users have them.</summary>
internal static class PublishedFiles
{
    private const long MaxBytes = 1L << 30;

    /// <summary>Writes them below a folder, under their own names.</summary>
    public static async Task DownloadAsync(BlobStore blobs, ModelVersion version, string folder)
    {
        foreach (var file in version.Files)
        {
            var path = Path.Combine(folder, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var name = ModelRegistry.ArtifactName(version.Name, version.Version, version.Attempt, file.Name);
            await File.WriteAllBytesAsync(path, (await blobs.ReadAsync(name, CancellationToken.None, MaxBytes))!.Bytes.ToArray());
        }
    }
}
