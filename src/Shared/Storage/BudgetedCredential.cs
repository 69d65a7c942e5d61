using Azure.Core;
using Azure.Identity;

namespace WrnCloud.Storage;

/// <summary>
/// Requests tokens within a <see cref="StoreBudget"/>. A hanging identity service would otherwise hold up a call for the minutes of the library's
/// own retries, because the store's budget applies only once there is a token.
/// </summary>
internal sealed class BudgetedCredential(TokenCredential identity, StoreBudget ownBudget, TimeProvider clock) : TokenCredential
{
    /// <inheritdoc/>
    /// <exception cref="AuthenticationFailedException">No token arrived in time, or the identity was rejected.</exception>
    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        using var limit = Limit(out var total);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // Not every credential observes its cancellation token at every step.
            return await identity.GetTokenAsync(requestContext, both.Token).AsTask().WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw NoToken(total, e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="AuthenticationFailedException">No token arrived in time, or the identity was rejected.</exception>
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        using var limit = Limit(out var total);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return identity.GetToken(requestContext, both.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw NoToken(total, e);
        }
    }

    private static AuthenticationFailedException NoToken(TimeSpan total, Exception cause) =>
        new($"The identity service returned no token within {total.TotalSeconds:0.#} s.", cause);

    private CancellationTokenSource Limit(out TimeSpan total)
    {
        total = (StoreBudget.Current ?? ownBudget).Total;
        return new CancellationTokenSource(total, clock);
    }
}
