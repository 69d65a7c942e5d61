using WrnCloud.Cli.Api;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Models;
using WrnCloud.Uploads;

namespace WrnCloud.Cli.Pushing;

/// <summary>Uploads a data set, its manifest last: until then there is no data set.</summary>
internal static class DatasetPush
{
    /// <summary>False when the same data set was there already.</summary>
    /// <param name="api">The service.</param>
    /// <param name="dataset">What to upload.</param>
    /// <param name="clock">For waits between attempts.</param>
    /// <param name="onFile">Told each file's name before it goes.</param>
    /// <param name="cancellationToken">Ends the upload; repeating it later goes on with the files that are missing.</param>
    public static async Task<bool> RunAsync(
        ApiClient api, LocalDataset dataset, TimeProvider clock, Action<string> onFile, CancellationToken cancellationToken)
    {
        var manifest = LocalFile.InMemory(DatasetManifest.FileName, dataset.Manifest.Serialize());
        var contents = dataset.Files.Append(manifest).ToDictionary(f => f.Name);
        var described = dataset.Manifest.OwnFiles.Append(manifest.Describe(DatasetSplit.Train)).ToDictionary(f => f.Name);
        var files = described.Values.Select(f => new ArtifactFile(f.Name, f.Length, f.Sha256)).ToList();
        var request = new UploadRequest { Kind = UploadKind.Dataset, Name = dataset.Manifest.Name, Files = files };
        var ticket = await api.RequestUploadAsync(request, cancellationToken);
        if (ticket.Files.Count == 0) return false;
        if (ticket.Files.Count < files.Count) onFile($"{files.Count - ticket.Files.Count} of {files.Count} files are there already");
        foreach (var target in ticket.Files.OrderBy(t => t.Name == DatasetManifest.FileName))
        {
            if (!contents.TryGetValue(target.Name, out var file))
                throw new FailedException($"The server asks for a file '{target.Name}' that was not offered.");
            onFile(target.Name);
            await BlobUploader.PutAsync(target, described[target.Name].Length, () => new StreamContent(file.Open()), clock, cancellationToken);
        }

        await ConfirmAsync(api, dataset.Manifest, cancellationToken);
        return true;
    }

    // Until its files were found to be whole a data set does not count; a large one takes more than one request.
    private static async Task ConfirmAsync(ApiClient api, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        for (var left = manifest.Files.Count; ; left--)
        {
            try
            {
                await api.GetDatasetAsync(manifest.Name, cancellationToken);
                return;
            }
            catch (ApiException e) when (left > 0 && e.Problem.Code == ErrorCatalogue.Unavailable.Code)
            {
            }
        }
    }
}
