using Amqp;
using Amqp.Listener;
using Microsoft.Extensions.Logging;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>
/// A link on which the broker sends. It keeps its own account of credit, because the library loses its credit on every flow that does not
/// raise the limit, such as a drain. The library's credit is mirrored here, because flows are reported relative to it.
/// </summary>
internal abstract partial class OutgoingLink(ListenerLink link, ILogger logger) : LinkEndpoint
{
    private readonly GatedTransport _transport = GatedTransport.Of(link.Session.Connection);
    private int _libraryCredit;
    private volatile bool _closed;

    public bool IsClosed => _closed || link.IsClosed;

    protected Lock Gate { get; } = new();

    /// <summary>Number of messages that the peer will accept. Guarded by <see cref="Gate"/>.</summary>
    protected int Credit { get; private set; }

    /// <summary>Whether the peer is draining: waiting until its credit is used up or returned. Guarded by <see cref="Gate"/>.</summary>
    protected bool IsDraining { get; private set; }

    protected ILogger Logger => logger;

    /// <summary>Subscribes to the link's closing; only sets a flag, because the library holds the link's lock during the callback.</summary>
    public void Watch(Action closed) => link.AddClosedCallback((_, _) =>
    {
        _closed = true;
        closed();
    });

    public sealed override void OnFlow(FlowContext flowContext)
    {
        try
        {
            lock (Gate)
            {
                var delta = flowContext.Messages;
                Credit = Math.Max(0, delta + _libraryCredit);
                _libraryCredit = delta > 0 ? _libraryCredit + delta : 0;
                IsDraining = link.IsDraining;
                if (delta <= 0 && !IsDraining)
                {
                    Announce(Credit, drain: false);
                }
            }

            OnCredit();
        }
        catch (Exception e)
        {
            LogCallbackFailure(e);
        }
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
    }

    /// <summary>Called outside the gate when the peer has changed its credit.</summary>
    protected abstract void OnCredit();

    /// <summary>Sends under the gate, using one credit; false when the link has closed.</summary>
    protected bool Send(Message message)
    {
        if (IsClosed)
        {
            return false;
        }

        try
        {
            _transport.SendWhole(() => link.SendMessage(message));
            Credit--;
            _libraryCredit--;
            return true;
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException)
        {
            _closed = true;
            return false;
        }
    }

    /// <summary>Returns the remaining credit to a draining peer. Called under the gate.</summary>
    protected void FinishDrain()
    {
        IsDraining = false;
        Credit = 0;
        Announce(0, drain: true);
    }

    [LoggerMessage(136, LogLevel.Error, "A callback of an outgoing link failed.")]
    protected partial void LogCallbackFailure(Exception exception);

    private void Announce(int credit, bool drain)
    {
        try
        {
            link.SetCredit(credit, drain, autoRestore: false);
            _libraryCredit = credit;
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException)
        {
            _closed = true;
        }
    }
}
