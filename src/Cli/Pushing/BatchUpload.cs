using System.Security.Cryptography;
using WrnCloud.Cli.Api;
using WrnCloud.Models;
using WrnCloud.Uploads;

namespace WrnCloud.Cli.Pushing;

/// <summary>Uploads an archive of pictures for a model to classify.</summary>
internal static class BatchUpload
{
    /// <summary>The batch's id.</summary>
    public static async Task<string> RunAsync(
        ApiClient api, string model, string fileName, ReadOnlyMemory<byte> bytes, TimeProvider clock, CancellationToken cancellationToken)
    {
        var file = new ArtifactFile(fileName, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
        var ticket = await api.RequestUploadAsync(new UploadRequest { Kind = UploadKind.Batch, Name = model, Files = [file] }, cancellationToken);
        foreach (var target in ticket.Files) await BlobUploader.PutAsync(target, bytes, clock, cancellationToken);
        return ticket.BatchId ?? throw new FailedException("The server gave no batch id for the upload.");
    }
}
