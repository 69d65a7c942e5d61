using Amqp;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>An outgoing message that knows the lock it goes out under; the token becomes its delivery tag. Empty when there is no lock.</summary>
internal sealed class LockedMessage(Guid lockToken) : Message
{
    public Guid LockToken => lockToken;
}
