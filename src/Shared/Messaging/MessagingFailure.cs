namespace WrnCloud.Messaging;

/// <summary>Kinds of failure between client and broker, as far as a caller can act on them.</summary>
public enum MessagingFailure
{
    /// <summary>The connection broke and the retry budget ran out. Waiting may help.</summary>
    ConnectionBroken,

    /// <summary>The lock expired, or the message was already settled.</summary>
    LockLost,

    /// <summary>The identity or key has no right to do this on the entity.</summary>
    NotAuthorized,

    /// <summary>No such queue.</summary>
    EntityNotFound,

    /// <summary>The message is larger than the broker accepts.</summary>
    MessageTooLarge,

    /// <summary>The broker asks to slow down.</summary>
    Throttled,

    /// <summary>The broker rejected the operation for another reason, which the message names.</summary>
    Refused,
}
