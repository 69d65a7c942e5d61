using System.ComponentModel.DataAnnotations;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Http;

/// <summary>
/// How long a request waits for the services behind this one. Work without a caller, such as a timer's, has the client's own budget.
/// </summary>
public sealed class RequestOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Requests";

    /// <summary>Longest wait for one try of a call to the store, in seconds.</summary>
    [Range(1, 60)]
    public double StoreTrySeconds { get; set; } = 2;

    /// <summary>Longest time of one call to the store with its retries, in seconds.</summary>
    [Range(2, 230)]
    public double StoreSeconds { get; set; } = 4;

    /// <summary>Longest time for sending a job's message and recording that, in seconds; the upkeep timer sends late ones.</summary>
    [Range(1, 230)]
    public double SendSeconds { get; set; } = 4;

    /// <summary>Longest time for each part that <c>GET /health</c> checks, in seconds.</summary>
    [Range(1, 60)]
    public double HealthSeconds { get; set; } = 3;

    internal StoreBudget Store => new(TimeSpan.FromSeconds(StoreTrySeconds), TimeSpan.FromSeconds(StoreSeconds));
}
