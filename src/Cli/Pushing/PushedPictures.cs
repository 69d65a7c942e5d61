using WrnCloud.Cli.Api;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Pushing;

/// <summary>The pictures of a data set that was pushed, fetched into a temporary folder for as long as they are looked at.</summary>
internal static class PushedPictures
{
    /// <summary>Opens them for as long as <paramref name="act"/> takes.</summary>
    /// <exception cref="UsageException">The data set holds no pictures' files.</exception>
    /// <exception cref="DatasetException">A file breaks the format.</exception>
    public static async Task<T> WithImageFolderAsync<T>(ApiClient api, string name, Func<ImageFolder, T> act, CancellationToken cancellationToken)
    {
        var manifest = await api.GetDatasetAsync(name, cancellationToken);
        if (manifest.Format != DatasetFormat.ImageFolder)
            throw new UsageException($"The data set '{name}' is made of image records: there are no pictures' files to check.");
        var folder = Directory.CreateTempSubdirectory("wrn-check");
        try
        {
            var paths = new Dictionary<string, string>();
            foreach (var file in manifest.Files)
            {
                paths[file.Name] = await FileDownload.SaveAsync(
                    file.Name, file.Sha256, folder.FullName, (f, ct) => api.OpenDatasetFileAsync(name, f, ct), api.Clock, cancellationToken);
            }

            return DatasetReader.WithFolder(manifest, file => File.OpenRead(paths[file.Name]), act);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
