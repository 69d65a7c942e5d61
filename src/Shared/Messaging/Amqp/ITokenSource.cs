namespace WrnCloud.Messaging.Amqp;

/// <summary>Makes the tokens that claims-based security (CBS) puts to the broker.</summary>
internal interface ITokenSource
{
    /// <summary>The token's type as put-token names it.</summary>
    string TokenType { get; }

    /// <summary>A token for <paramref name="audience"/>, and when it should be replaced.</summary>
    Task<(string Token, DateTimeOffset RefreshAt)> GetAsync(string audience, TimeProvider time, CancellationToken cancellationToken);
}
