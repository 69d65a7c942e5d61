using Azure.Messaging.ServiceBus;

namespace WrnCloud.Messaging.ServiceBus;

/// <summary>Closes connections whose peer may be gone and would be waited for.</summary>
internal static class BoundedClose
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Closes within two seconds, or leaves it to the process's exit; never throws for a broken connection.</summary>
    public static async Task CloseAsync(Func<ValueTask> close, TimeProvider time)
    {
        // Without a token: a cancelled close leaves its links open.
        var closing = Task.Run(async () => await close());
        await closing.WaitAsync(Limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (closing.Exception?.InnerException is { } e and not (ServiceBusException or OperationCanceledException or TimeoutException)) throw e;
    }
}
