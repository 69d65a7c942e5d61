using Amqp;
using Amqp.Listener;
using Microsoft.Extensions.Logging;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>The link on which a client awaits answers of <c>$cbs</c> or a management node; answers wait for its credit.</summary>
internal sealed class ResponseLink(ListenerLink link, ILogger logger) : OutgoingLink(link, logger)
{
    private readonly Queue<Message> _waiting = new();

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
