using Azure.Core;
using Azure.Identity;

namespace WrnCloud.Hosting;

/// <summary>Who this process is to Azure.</summary>
public static class AzureIdentity
{
    /// <summary>
    /// The managed identity that <c>AZURE_CLIENT_ID</c> names; without it what the environment offers, a developer's sign-in included.
    /// </summary>
    public static TokenCredential Credential { get; } =
        Environment.GetEnvironmentVariable("AZURE_CLIENT_ID") is { Length: > 0 } clientId && !IsFederated
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
            : new DefaultAzureCredential();

    // In a Kubernetes pod with workload identity the same variable goes with a token file, which the default credential knows.
    private static bool IsFederated => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AZURE_FEDERATED_TOKEN_FILE"));
}
