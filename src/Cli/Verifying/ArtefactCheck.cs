using System.Security.Cryptography;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;
using WrnCloud.Errors;
using WrnCloud.Models;

namespace WrnCloud.Cli.Verifying;

/// <summary>Downloads a version's artefacts and compares them with its manifest, and the receipt with both.</summary>
internal static class ArtefactCheck
{
    private const string ReceiptName = "receipt";

    /// <summary>One check for each file in the manifest, and one for the receipt.</summary>
    public static async Task<IReadOnlyList<VerificationCheck>> RunAsync(
        ApiClient api, ModelVersion manifest, string folder, CancellationToken cancellationToken)
    {
        var checks = new List<VerificationCheck>();
        foreach (var file in manifest.Files) checks.Add(await FileAsync(api, manifest, file, folder, cancellationToken));
        checks.Add(await ReceiptAsync(manifest, folder, cancellationToken));
        return checks;
    }

    private static async Task<VerificationCheck> FileAsync(
        ApiClient api, ModelVersion manifest, ArtifactFile file, string folder, CancellationToken cancellationToken)
    {
        string path;
        try
        {
            path = await FileDownload.SaveAsync(
                file.Name,
                null,
                folder,
                (name, ct) => api.OpenArtifactAsync(manifest.Name, manifest.Version, name, ct),
                api.Clock,
                cancellationToken);
        }
        catch (ApiException e) when (e.Problem.Code == ErrorCatalogue.ModelNotFound.Code)
        {
            return VerificationCheck.Fail(file.Name, $"it is missing: {e.Problem.Detail}");
        }

        await using var saved = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(saved, cancellationToken));
        return hash == file.Sha256 && saved.Length == file.Length
            ? VerificationCheck.Pass(file.Name, $"{Format.Bytes(file.Length)}, SHA-256 {hash}")
            : VerificationCheck.Fail(
                file.Name,
                $"{ErrorCatalogue.ArtifactDamaged.Code}: {saved.Length} bytes with SHA-256 {hash}, published were {file.Length} with {file.Sha256}");
    }

    private static async Task<VerificationCheck> ReceiptAsync(ModelVersion manifest, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, Receipt.FileName);
        if (!File.Exists(path)) return VerificationCheck.Fail(ReceiptName, "the version has none");
        if (new FileInfo(path).Length > Receipt.MaxBytes)
            return VerificationCheck.Fail(ReceiptName, $"it is longer than the limit of {Receipt.MaxBytes} bytes");
        try
        {
            var receipt = Receipt.Parse(await File.ReadAllBytesAsync(path, cancellationToken));
            var differences = receipt.DifferencesFrom(manifest);
            return differences.Count == 0
                ? VerificationCheck.Pass(ReceiptName, $"agrees with the manifest; trained by {receipt.CodeVersion}")
                : VerificationCheck.Fail(ReceiptName, string.Join("; ", differences));
        }
        catch (WrnException e)
        {
            return VerificationCheck.Fail(ReceiptName, e.Message);
        }
    }
}
