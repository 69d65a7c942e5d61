using System.Collections.Concurrent;
using System.Net.Sockets;
using Amqp.Handler;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>Gives every delivery its lock token as its tag, and knows the open sockets, so that closing the broker closes them.</summary>
internal sealed class ConnectionEvents : IHandler
{
    private readonly ConcurrentDictionary<Socket, byte> _sockets = new();

    public bool CanHandle(EventId id) => id is EventId.SendDelivery or EventId.SocketAccept;

    public void Handle(Event protocolEvent)
    {
        if (protocolEvent.Id == EventId.SendDelivery
            && protocolEvent.Context is IDelivery { Message: LockedMessage message } delivery
            && message.LockToken != Guid.Empty)
        {
            delivery.Tag = message.LockToken.ToByteArray();
        }
        else if (protocolEvent.Id == EventId.SocketAccept && protocolEvent.Context is Socket socket)
        {
            foreach (var old in _sockets.Keys.Where(s => !s.Connected))
            {
                _sockets.TryRemove(old, out _);
            }

            _sockets.TryAdd(socket, 0);
        }
    }

    public void CloseSockets()
    {
        foreach (var socket in _sockets.Keys)
        {
            socket.Dispose();
        }
    }
}
