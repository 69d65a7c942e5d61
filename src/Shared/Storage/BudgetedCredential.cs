using Azure.Core;
using Azure.Identity;

namespace WrnCloud.Storage;

/// <summary>
/// Asks for tokens within a <see cref="StoreBudget"/>. An identity service that hangs would otherwise hold a call for the minutes that the library
/// takes for its own retries, as the store's budget is looked at only once there is a token.
/// </summary>
internal sealed class BudgetedCredential(TokenCredential identity, StoreBudget ownBudget, TimeProvider clock) : TokenCredential
{
    /// <inheritdoc/>
    /// <exception cref="AuthenticationFailedException">No token came in time, or the identity was refused.</exception>
    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        using var limit = Limit(out var total);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // Not every identity looks at its token at every step.
            return await identity.GetTokenAsync(requestContext, both.Token).AsTask().WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw NoToken(total, e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="AuthenticationFailedException">No token came in time, or the identity was refused.</exception>
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
        new($"The identity service gave no token within {total.TotalSeconds:0.#} s.", cause);

    private CancellationTokenSource Limit(out TimeSpan total)
    {
        total = (StoreBudget.Current ?? ownBudget).Total;
        return new CancellationTokenSource(total, clock);
    }
}
