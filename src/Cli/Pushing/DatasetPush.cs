using System.Security.Cryptography;
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
        ReadOnlyMemory<byte> manifest = dataset.Manifest.Serialize();
        var contents = dataset.Files.Append((Name: DatasetManifest.FileName, Bytes: manifest)).ToDictionary(f => f.Name, f => f.Bytes);
        var files = contents.Select(f => new ArtifactFile(f.Key, f.Value.Length, Convert.ToHexStringLower(SHA256.HashData(f.Value.Span)))).ToList();
        var request = new UploadRequest { Kind = UploadKind.Dataset, Name = dataset.Manifest.Name, Files = files };
        var ticket = await api.RequestUploadAsync(request, cancellationToken);
        foreach (var target in ticket.Files.OrderBy(t => t.Name == DatasetManifest.FileName))
        {
            if (!contents.TryGetValue(target.Name, out var bytes)) throw new FailedException($"The server asks for a file '{target.Name}' that was not offered.");
            onFile(target.Name);
            await BlobUploader.PutAsync(target, bytes, clock, cancellationToken);
        }

        return ticket.Files.Count > 0;
    }
}
