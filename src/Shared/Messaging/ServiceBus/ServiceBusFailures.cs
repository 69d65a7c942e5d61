using Azure.Identity;
using Azure.Messaging.ServiceBus;

namespace WrnCloud.Messaging.ServiceBus;

/// <summary>Maps the SDK's exceptions to <see cref="MessagingException"/>.</summary>
internal static class ServiceBusFailures
{
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (ServiceBusException e)
        {
            throw new MessagingException(Failure(e), e.Message, e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or AuthenticationFailedException)
        {
            throw new MessagingException(MessagingFailure.NotAuthorized, e.Message, e);
        }
    }

    private static MessagingFailure Failure(ServiceBusException e) => e.Reason switch
    {
        ServiceBusFailureReason.MessageLockLost => MessagingFailure.LockLost,
        ServiceBusFailureReason.MessagingEntityNotFound => MessagingFailure.EntityNotFound,
        ServiceBusFailureReason.MessageSizeExceeded => MessagingFailure.MessageTooLarge,
        ServiceBusFailureReason.ServiceBusy => MessagingFailure.Throttled,
        ServiceBusFailureReason.ServiceCommunicationProblem or ServiceBusFailureReason.ServiceTimeout => MessagingFailure.ConnectionBroken,
        _ => e.IsTransient ? MessagingFailure.ConnectionBroken : MessagingFailure.Refused,
    };
}
