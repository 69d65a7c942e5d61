using Azure;
using Azure.Identity;
using WrnCloud.Messaging;

namespace WrnCloud.Functions.Http;

/// <summary>Recognises exceptions that mean that a service behind this one does not answer, or denies access.</summary>
internal static class Outage
{
    /// <summary>
    /// True for a failure of the store, of the broker or of the identity, and for a call that took too long. The store's client throws an
    /// <see cref="AggregateException"/>, one inner exception a try, when it gives up.
    /// </summary>
    public static bool Is(Exception exception) =>
        exception is RequestFailedException or AggregateException or AuthenticationFailedException or MessagingException or TimeoutException;

    /// <summary>The part at fault, for messages.</summary>
    public static string PartOf(Exception exception) => exception switch
    {
        MessagingException => "queue",
        AuthenticationFailedException => "identity service",
        RequestFailedException or AggregateException => "store",
        _ => "service behind this one",
    };
}
