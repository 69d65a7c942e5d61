using Azure.Core;

namespace WrnCloud.Messaging.Amqp;

/// <summary>Entra access tokens for Service Bus: one scope for every audience, replaced two minutes before they expire.</summary>
internal sealed class EntraTokenSource(TokenCredential credential) : ITokenSource
{
    private static readonly TokenRequestContext Scope = new(["https://servicebus.azure.net/.default"]);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    public string TokenType => "jwt";

    public async Task<(string Token, DateTimeOffset RefreshAt)> GetAsync(
        string audience, TimeProvider time, CancellationToken cancellationToken)
    {
        var token = await credential.GetTokenAsync(Scope, cancellationToken);
        return (token.Token, token.ExpiresOn - Margin);
    }
}
