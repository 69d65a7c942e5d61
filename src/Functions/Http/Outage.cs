using Azure;
using Azure.Identity;
using WrnCloud.Messaging;

namespace WrnCloud.Functions.Http;

/// <summary>Which exceptions mean that something behind us does not answer, or does not let us in.</summary>
internal static class Outage
{
    /// <summary>
    /// True for a failure of the store, of the broker or of the identity, and for a call that took too long. The store's client throws an
    /// <see cref="AggregateException"/>, one inner exception a try, when it gives up.
    /// </summary>
    public static bool Is(Exception exception) =>
        exception is RequestFailedException or AggregateException or AuthenticationFailedException or MessagingException or TimeoutException;

    /// <summary>The part at fault, for a sentence.</summary>
    public static string PartOf(Exception exception) => exception switch
    {
        MessagingException => "queue",
        AuthenticationFailedException => "identity service",
        RequestFailedException or AggregateException => "store",
        _ => "service behind this one",
    };
}
