namespace WrnCloud.LocalCloud.Broker.Access;

/// <summary>Checks shared access signatures against the broker's policies.</summary>
internal sealed class TokenVerifier(IReadOnlyList<AccessPolicy> policies, TimeProvider time)
{
    /// <summary>The rights that <paramref name="token"/> grants on <paramref name="audience"/>, or the reason that it grants none.</summary>
    public (AccessToken? Granted, string? Problem) Verify(string? type, string? token, string? audience)
    {
        if (type != SharedAccessSignature.TokenType)
        {
            return (null, $"Tokens of type '{type}' are not supported; use {SharedAccessSignature.TokenType}.");
        }

        if (!SharedAccessSignature.TryParse(token, out var signature))
        {
            return (null, "The token is not a shared access signature.");
        }

        if (policies.FirstOrDefault(p => p.KeyName == signature.KeyName) is not { } policy || !signature.IsSignedWith(policy.Key))
        {
            return (null, "The token's signature is not valid.");
        }

        if (signature.ExpiresAt <= time.GetUtcNow())
        {
            return (null, "The token has expired.");
        }

        if (PathOf(signature.Resource) is not { } scope || PathOf(audience) is not { } path)
        {
            return (null, "The token's audience is not an address.");
        }

        var granted = new AccessToken(path, policy.Rights, signature.ExpiresAt);
        return new AccessToken(scope, policy.Rights, signature.ExpiresAt).Covers(path)
            ? (granted, null)
            : (null, $"The token is for '{scope}', not for '{path}'.");
    }

    private static string? PathOf(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? Uri.UnescapeDataString(uri.AbsolutePath).Trim('/') : null;
}
