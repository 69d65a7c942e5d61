using Amqp;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>An outgoing message with the token of its lock, which becomes its delivery tag. Empty when there is no lock.</summary>
internal sealed class LockedMessage(Guid lockToken) : Message
{
    public Guid LockToken => lockToken;
}
