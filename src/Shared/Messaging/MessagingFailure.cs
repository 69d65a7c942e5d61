namespace WrnCloud.Messaging;

/// <summary>What went wrong between us and the broker, in terms that a caller can act on.</summary>
public enum MessagingFailure
{
    /// <summary>The connection broke and the retry budget ran out. Waiting may help.</summary>
    ConnectionBroken,

    /// <summary>The lock expired or was settled already.</summary>
    LockLost,

    /// <summary>The identity or key may not do this on the entity.</summary>
    NotAuthorized,

    /// <summary>No such queue.</summary>
    EntityNotFound,

    /// <summary>The message is larger than the broker takes.</summary>
    MessageTooLarge,

    /// <summary>The broker asks to slow down.</summary>
    Throttled,

    /// <summary>The broker refused for another reason; the message says which.</summary>
    Refused,
}
