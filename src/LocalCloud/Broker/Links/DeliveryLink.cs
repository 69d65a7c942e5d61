using Amqp.Listener;
using Microsoft.Extensions.Logging;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>A receiver attached to an entity. Peek-lock, or receive-and-delete when it asked for settled messages.</summary>
internal sealed class DeliveryLink(ListenerLink link, BrokerEntity entity, BrokerCore core, ILogger logger) : OutgoingLink(link, logger)
{
    private int _reserved;

    public ListenerLink Link { get; } = link;

    public bool DeletesOnReceive => Link.SettleOnSend;

    /// <summary>Reserves one credit for a message that is being journalled; false when there is none.</summary>
    public bool TryReserve()
    {
        lock (Gate)
        {
            if (IsClosed || Credit <= _reserved)
            {
                return false;
            }

            _reserved++;
            return true;
        }
    }

    public void GiveUpReservation()
    {
        lock (Gate)
        {
            _reserved--;
        }
    }

    /// <summary>
    /// Sends a message that credit was reserved for; false when the link has closed, or the client has withdrawn its credit meanwhile.
    /// One that is deleted on receipt is sent all the same: the queue no longer holds it.
    /// </summary>
    public bool Deliver(LockedMessage message)
    {
        lock (Gate)
        {
            _reserved--;
            return (Credit > 0 || DeletesOnReceive) && Send(message);
        }
    }

    /// <summary>Completes a drain once nothing more can be sent for it.</summary>
    public void TryFinishDrain()
    {
        lock (Gate)
        {
            if (IsDraining && _reserved == 0 && !IsClosed)
            {
                FinishDrain();
            }
        }
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        // When a link closes, the library reports every unsettled delivery as released; their locks remain.
        if (IsClosed || dispositionContext.Message is not LockedMessage message)
        {
            return;
        }

        var state = dispositionContext.DeliveryState;
        core.Post(() => LinkDispositions.Apply(core, entity, Link, message, state));
    }

    protected override void OnCredit() => core.Post(() => core.Pump(entity));
}
