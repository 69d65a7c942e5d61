using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Time.Testing;
using WrnCloud.Storage;

namespace WrnCloud.Shared.Tests.Storage;

public sealed class BudgetedCredentialTests
{
    private static readonly TokenRequestContext Context = new(["https://storage.azure.com/.default"]);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task GetToken_IdentityThatHangs_FailsWithTheBudgetOfTheFlow()
    {
        using var budget = new StoreBudget(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)).Use();
        var token = Credential(new HangingIdentity()).GetTokenAsync(Context, CancellationToken.None).AsTask();

        _time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(token.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Contains("within 4 s", (await Assert.ThrowsAsync<AuthenticationFailedException>(() => token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetToken_CallerThatLeaves_IsCancelled()
    {
        using var leaving = new CancellationTokenSource();
        var token = Credential(new HangingIdentity()).GetTokenAsync(Context, leaving.Token).AsTask();

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => token);
    }

    [Fact]
    public async Task GetToken_IdentityThatAnswers_IsItsToken()
    {
        var given = new AccessToken("token", DateTimeOffset.UnixEpoch);

        Assert.Equal(given, await Credential(DelegatedTokenCredential.Create((_, _) => given)).GetTokenAsync(Context, CancellationToken.None));
    }

    private BudgetedCredential Credential(TokenCredential identity) =>
        new(identity, new StoreBudget(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(300)), _time);

    /// <summary>As an endpoint that takes the connection and never answers; it does not look at its cancellation either.</summary>
    private sealed class HangingIdentity : TokenCredential
    {
        private readonly TaskCompletionSource<AccessToken> _never = new();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(_never.Task);

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
