using System.Net.Sockets;
using Amqp;
using Amqp.Framing;

namespace WrnCloud.Messaging.Amqp;

/// <summary>Turns AMQP conditions and management statuses into <see cref="MessagingException"/>.</summary>
internal static class AmqpErrors
{
    public static MessagingException Translate(Exception exception, string path) => exception switch
    {
        MessagingException known => known,
        AmqpException amqp => FromError(amqp.Error, path, amqp),
        TimeoutException => new MessagingException(
            MessagingFailure.ConnectionBroken, $"The broker did not answer in time for '{path}'.", exception),
        SocketException or IOException or ObjectDisposedException or OperationCanceledException => new MessagingException(
            MessagingFailure.ConnectionBroken, $"The connection broke while working on '{path}': {exception.Message}", exception),
        _ => new MessagingException(MessagingFailure.Refused, $"Working on '{path}' failed: {exception.Message}", exception),
    };

    public static MessagingException FromError(Error? error, string path, Exception? inner = null)
    {
        if (error?.Condition is not { } condition)
        {
            return new MessagingException(MessagingFailure.ConnectionBroken, $"The link to '{path}' was closed.", inner);
        }

        var failure = FromCondition(condition.ToString());
        return new MessagingException(failure, $"The broker refused '{path}': {condition}: {error.Description}", inner);
    }

    /// <summary>Null when <paramref name="status"/> is a success; 204 counts as one.</summary>
    public static MessagingException? FromStatus(int status, string? condition, string? description, string path)
    {
        if (status is >= 200 and < 300)
        {
            return null;
        }

        var failure = status switch
        {
            410 => MessagingFailure.LockLost,
            401 or 403 => MessagingFailure.NotAuthorized,
            408 or 500 or 504 => MessagingFailure.ConnectionBroken,
            503 => MessagingFailure.Throttled,
            404 when condition is null => MessagingFailure.EntityNotFound,
            _ => condition is null ? MessagingFailure.Refused : FromCondition(condition),
        };
        return new MessagingException(failure, $"The broker refused '{path}': {status} {condition} {description}".TrimEnd());
    }

    private static MessagingFailure FromCondition(string condition) => condition switch
    {
        ErrorCode.NotFound or "com.microsoft:entity-not-found" => MessagingFailure.EntityNotFound,
        ErrorCode.UnauthorizedAccess or "com.microsoft:auth-failed" => MessagingFailure.NotAuthorized,
        ErrorCode.MessageSizeExceeded => MessagingFailure.MessageTooLarge,
        "com.microsoft:message-lock-lost" => MessagingFailure.LockLost,
        "com.microsoft:server-busy" => MessagingFailure.Throttled,
        ErrorCode.ConnectionForced or ErrorCode.FramingError or ErrorCode.DetachForced or ErrorCode.InternalError
            or ErrorCode.IllegalState or ErrorCode.Stolen or ErrorCode.MessageReleased or ErrorCode.WindowViolation
            or ErrorCode.ErrantLink or ErrorCode.HandleInUse or ErrorCode.UnattachedHandle
            or "com.microsoft:timeout" or "com.microsoft:operation-cancelled" => MessagingFailure.ConnectionBroken,
        _ => MessagingFailure.Refused,
    };
}
