using Amqp;
using Amqp.Listener;
using Microsoft.Extensions.Logging;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>The link on which a client awaits responses of <c>$cbs</c> or a management node; responses wait for its credit.</summary>
internal sealed class ResponseLink(ListenerLink link, ILogger logger) : OutgoingLink(link, logger)
{
    /// <summary>Most responses that may wait for credit; beyond them, requests are rejected.</summary>
    private const int MaxWaiting = 100;

    private readonly Queue<Message> _waiting = new();

    public bool IsFull
    {
        get
        {
            lock (Gate) return _waiting.Count >= MaxWaiting;
        }
    }

    public void Respond(Message message)
    {
        lock (Gate)
        {
            _waiting.Enqueue(message);
            Flush();
        }
    }

    protected override void OnCredit()
    {
        lock (Gate)
        {
            Flush();
            if (IsDraining)
            {
                FinishDrain();
            }
        }
    }

    private void Flush()
    {
        while (Credit > 0 && _waiting.TryDequeue(out var message))
        {
            Send(message);
        }
    }
}
