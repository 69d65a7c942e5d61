namespace WrnCloud.Messaging;

/// <summary>A messaging operation failed for the reason in <see cref="Failure"/>.</summary>
public sealed class MessagingException(MessagingFailure failure, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The kind of failure, for the caller to act on.</summary>
    public MessagingFailure Failure { get; } = failure;
}
