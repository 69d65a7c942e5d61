using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Uploads;

/// <summary>
/// Signs URLs that can create one blob and nothing else, for an hour: by user delegation with an identity, with the account's key on Azurite.
/// </summary>
public sealed class WriteUrls(BlobStore blobs, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(6);

    private UserDelegationKey? _key;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>A URL for one new blob, and when it expires.</summary>
    public async Task<(Uri Url, DateTimeOffset ExpiresAt)> CreateOnlyAsync(BlobName name, CancellationToken cancellationToken)
    {
        var expiresAt = Now + Lifetime;
        var blob = blobs.Client.GetBlobContainerClient(name.Container).GetBlobClient(name.Path);
        var sas = new BlobSasBuilder(BlobSasPermissions.Create, expiresAt)
        {
            BlobContainerName = name.Container,
            BlobName = name.Path,
            Resource = "b",
        };
        if (blob.CanGenerateSasUri) return (blob.GenerateSasUri(sas), expiresAt);

        var key = await DelegationKeyAsync(cancellationToken);
        var parameters = sas.ToSasQueryParameters(key, blobs.Client.AccountName);
        return (new BlobUriBuilder(blob.Uri) { Sas = parameters }.ToUri(), expiresAt);
    }

    private async Task<UserDelegationKey> DelegationKeyAsync(CancellationToken cancellationToken)
    {
        var now = Now;
        if (_key is null || _key.SignedExpiresOn < now + Lifetime)
            _key = (await blobs.Client.GetUserDelegationKeyAsync(now - TimeSpan.FromMinutes(5), now + KeyLifetime, cancellationToken)).Value;
        return _key;
    }
}
