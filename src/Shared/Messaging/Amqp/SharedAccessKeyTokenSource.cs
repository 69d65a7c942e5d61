namespace WrnCloud.Messaging.Amqp;

/// <summary>Signs a shared access signature per audience: valid for an hour, replaced after 45 minutes.</summary>
internal sealed class SharedAccessKeyTokenSource(string keyName, string key) : ITokenSource
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(45);

    public string TokenType => SharedAccessSignature.TokenType;

    public Task<(string Token, DateTimeOffset RefreshAt)> GetAsync(string audience, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var signature = SharedAccessSignature.Sign(audience, keyName, key, now + Lifetime);
        return Task.FromResult((signature.ToString(), now + RefreshAfter));
    }
}
