using Azure.Storage.Blobs;
using WrnCloud.Hosting;

namespace WrnCloud.Storage;

/// <summary>Where the data account is: an endpoint with an identity, or a connection string (Azurite).</summary>
public sealed record StorageOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Storage";

    /// <summary>A connection string; for Azurite only, in Azure keys are switched off.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The blob endpoint, such as <c>https://account.blob.core.windows.net</c>; used with the process's identity.</summary>
    public Uri? BlobServiceUri { get; init; }

    /// <summary>A client for these settings.</summary>
    /// <exception cref="InvalidOperationException">Neither setting is present.</exception>
    public BlobServiceClient CreateClient()
    {
        var options = new BlobClientOptions
        {
            Retry = { MaxRetries = 5, Mode = Azure.Core.RetryMode.Exponential, Delay = TimeSpan.FromMilliseconds(200), MaxDelay = TimeSpan.FromSeconds(5), NetworkTimeout = TimeSpan.FromSeconds(60) },
        };
        if (!string.IsNullOrEmpty(ConnectionString)) return new BlobServiceClient(ConnectionString, options);
        if (BlobServiceUri is not null) return new BlobServiceClient(BlobServiceUri, AzureIdentity.Credential, options);
        throw new InvalidOperationException("Set Storage__BlobServiceUri (with an identity) or Storage__ConnectionString (Azurite).");
    }
}
