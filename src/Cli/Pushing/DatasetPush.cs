using WrnCloud.Cli.Api;
using WrnCloud.Datasets;
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
    /// <param name="cancellationToken">Ends the upload; repeating it later completes it.</param>
    public static async Task<bool> RunAsync(ApiClient api, LocalDataset dataset, TimeProvider clock, Action<string> onFile, CancellationToken cancellationToken)
    {
        var manifest = LocalFile.InMemory(DatasetManifest.FileName, dataset.Manifest.Serialize());
        var contents = dataset.Files.Append(manifest).ToDictionary(f => f.Name);
        var described = dataset.Manifest.Files.Append(manifest.Describe(DatasetSplit.Train)).ToDictionary(f => f.Name);
        var files = described.Values.Select(f => new ArtifactFile(f.Name, f.Length, f.Sha256)).ToList();
        var request = new UploadRequest { Kind = UploadKind.Dataset, Name = dataset.Manifest.Name, Files = files };
        var ticket = await api.RequestUploadAsync(request, cancellationToken);
        foreach (var target in ticket.Files.OrderBy(t => t.Name == DatasetManifest.FileName))
        {
            if (!contents.TryGetValue(target.Name, out var file)) throw new FailedException($"The server asks for a file '{target.Name}' that was not offered.");
            onFile(target.Name);
            await BlobUploader.PutAsync(target, described[target.Name].Length, () => new StreamContent(file.Open()), clock, cancellationToken);
        }

        return ticket.Files.Count > 0;
    }
}
