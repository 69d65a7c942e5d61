using Azure.Core;
using Azure.Identity;

namespace WrnCloud.Hosting;

/// <summary>The process's Azure credential.</summary>
public static class AzureIdentity
{
    /// <summary>
    /// The managed identity that <c>AZURE_CLIENT_ID</c> names; otherwise the default credential, which includes a developer's sign-in.
    /// </summary>
    public static TokenCredential Credential { get; } =
        Environment.GetEnvironmentVariable("AZURE_CLIENT_ID") is { Length: > 0 } clientId && !IsFederated
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
            : new DefaultAzureCredential();

    // In a Kubernetes pod with workload identity the same variable comes with a token file, which the default credential handles.
    private static bool IsFederated => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AZURE_FEDERATED_TOKEN_FILE"));
}
