using System.ComponentModel.DataAnnotations;
using Azure.Storage.Blobs;
using WrnCloud.Hosting;

namespace WrnCloud.Storage;

/// <summary>The data account's address (an endpoint with an identity, or a connection string for Azurite) and the time limits of its calls.</summary>
public sealed record StorageOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Storage";

    /// <summary>A connection string; for Azurite only, because keys are disabled in Azure.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The blob endpoint, such as <c>https://account.blob.core.windows.net</c>; used with the process's identity.</summary>
    public Uri? BlobServiceUri { get; init; }

    /// <summary>Longest wait for one try's response, in seconds.</summary>
    [Range(1, 600)]
    public int TrySeconds { get; init; } = 60;

    /// <summary>Longest time for one call with its retries, in seconds.</summary>
    [Range(2, 3600)]
    public int TotalSeconds { get; init; } = 300;

    /// <summary>Most retries of one call.</summary>
    [Range(0, 20)]
    public int MaxRetries { get; init; } = 5;

    /// <summary>Creates a client with these settings. An execution context may set a shorter budget: <see cref="StoreBudget.Use"/>.</summary>
    /// <exception cref="InvalidOperationException">Neither address is present, or a number is out of range.</exception>
    public BlobServiceClient CreateClient(TimeProvider clock)
    {
        var wrong = new List<ValidationResult>();
        if (!Validator.TryValidateObject(this, new ValidationContext(this), wrong, validateAllProperties: true))
            throw new InvalidOperationException($"{Section}: {string.Join(" ", wrong.Select(w => w.ErrorMessage))}");
        var budget = new StoreBudget(TimeSpan.FromSeconds(TrySeconds), TimeSpan.FromSeconds(TotalSeconds));
        var options = new BlobClientOptions
        {
            RetryPolicy = new BudgetedRetryPolicy(budget, MaxRetries, clock),
            Retry = { NetworkTimeout = budget.Try },
        };
        if (!string.IsNullOrEmpty(ConnectionString)) return new BlobServiceClient(ConnectionString, options);
        if (BlobServiceUri is not null)
            return new BlobServiceClient(BlobServiceUri, new BudgetedCredential(AzureIdentity.Credential, budget, clock), options);
        throw new InvalidOperationException("Set Storage__BlobServiceUri (with an identity) or Storage__ConnectionString (Azurite).");
    }
}
