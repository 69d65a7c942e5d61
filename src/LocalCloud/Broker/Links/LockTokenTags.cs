using Amqp.Handler;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>Sets every delivery's tag to its lock token.</summary>
internal sealed class LockTokenTags : IHandler
{
    public bool CanHandle(EventId id) => id is EventId.SendDelivery;

    public void Handle(Event protocolEvent)
    {
        if (protocolEvent.Context is IDelivery { Message: LockedMessage message } delivery && message.LockToken != Guid.Empty)
        {
            delivery.Tag = message.LockToken.ToByteArray();
        }
    }
}
