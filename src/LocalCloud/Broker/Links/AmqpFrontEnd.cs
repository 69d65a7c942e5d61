using System.Net;
using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Microsoft.Extensions.Logging;
using WrnCloud.LocalCloud.Broker.Access;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>The AMQP listener: accepts connections and attaches their links to the addressed entities.</summary>
internal sealed partial class AmqpFrontEnd : ILinkProcessor, IDisposable
{
    private const int IdleTimeoutMilliseconds = 240_000;
    private const int SenderCredit = 100;
    private const string ClientKey = "wrncloud-client";

    private readonly BrokerCore _core;
    private readonly TimeProvider _time;
    private readonly CbsNode _cbs;
    private readonly ILogger _logger;
    private readonly LoopbackListener _listener;
    private readonly ContainerHost _host;

    public AmqpFrontEnd(BrokerCore core, BrokerOptions options, TimeProvider time, ILogger logger)
    {
        _core = core;
        _time = time;
        _logger = logger;
        _cbs = new CbsNode(new TokenVerifier(options.Policies, time), core);
        _listener = new LoopbackListener(options.Port, time, logger);
        _host = Host(_listener);
        _host.RegisterLinkProcessor(this);
        _host.Open();
    }

    public int Port => _listener.Port;

    public void Process(AttachContext attachContext)
    {
        try
        {
            if (Attach(attachContext) is { } error)
            {
                LogRefusal(attachContext.Link.Name, error.Condition.ToString(), error.Description);
                attachContext.Complete(error);
            }
        }
        catch (Exception e) when (e is InvalidCastException or ArgumentException or InvalidOperationException)
        {
            attachContext.Complete(new Error(ErrorCode.InternalError) { Description = e.Message });
        }
    }

    public void Dispose()
    {
        _host.Close();
        _listener.Dispose();
        _listener.CloseConnections();
    }

    private static Error Refuse(string condition, string description) => new(condition) { Description = description };

    private static ContainerHost Host(LoopbackListener loopback)
    {
        var host = new ContainerHost(new Address(IPAddress.Loopback.ToString(), loopback.Port, scheme: LoopbackListener.Scheme));
        host.CustomTransports.Add(LoopbackListener.Scheme, loopback);
        var listener = host.Listeners[0];
        listener.AMQP.MaxFrameSize = GatedTransport.MaxFrameSize;
        listener.AMQP.IdleTimeout = IdleTimeoutMilliseconds;
        var tags = new LockTokenTags();
        listener.HandlerFactory = _ => tags;

        // Without a resolver the library reads the target's address, which reply links may lack.
        host.AddressResolver = (_, _) => "";
        return host;
    }

    private Error? Attach(AttachContext context)
    {
        var client = ClientOf(context.Link);
        var peerReceives = context.Attach.Role;

        // The .NET SDK sends the path of a URI, including its slash.
        var address = (peerReceives ? (context.Attach.Source as Source)?.Address : (context.Attach.Target as Target)?.Address)?.TrimStart('/');
        if (string.IsNullOrEmpty(address))
        {
            return Refuse(ErrorCode.InvalidField, "The link needs an address.");
        }

        if (address == CbsNode.Address)
        {
            AttachRequests(context, client, (request, respond) => _cbs.Handle(client, request, respond));
            return null;
        }

        var managed = address.EndsWith(ManagementNode.Suffix, StringComparison.OrdinalIgnoreCase);

        // A client with only the send right schedules through a management node; each operation there checks its own right.
        var right = peerReceives || (managed && !client.Allows(address, AccessRights.Send)) ? AccessRights.Listen : AccessRights.Send;
        if (!client.Allows(address, right))
        {
            return Refuse(
                ErrorCode.UnauthorizedAccess, $"No valid token grants to {(right == AccessRights.Send ? "send to" : "listen on")} '{address}'.");
        }

        if (_core.Find(managed ? address[..^ManagementNode.Suffix.Length] : address) is not { } entity)
        {
            return Refuse(ErrorCode.NotFound, $"The messaging entity '{address}' could not be found.");
        }

        if (managed)
        {
            AttachRequests(context, client, new ManagementNode(entity, _core, client).Handle);
        }
        else if (peerReceives)
        {
            AttachReceiver(context, entity);
        }
        else if (entity.State.DeadLetters is null)
        {
            return Refuse(ErrorCode.NotAllowed, "A dead-letter queue accepts no messages from senders.");
        }
        else
        {
            context.Attach.MaxMessageSize = SendLink.MaxMessageBytes;
            context.Complete(new SendLink(context.Link, entity, _core, client), SenderCredit);
        }

        client.Track(context.Link, address, right);
        _core.Post(_core.Reschedule);
        return null;
    }

    private void AttachReceiver(AttachContext context, BrokerEntity entity)
    {
        var link = new DeliveryLink(context.Link, entity, _core, _logger);
        _core.Post(() => entity.Consumers.AddLast(link));
        link.Watch(() => _core.Post(() => entity.Consumers.Remove(link)));
        context.Complete(link, 0);
    }

    private void AttachRequests(AttachContext context, ClientConnection client, Action<Message, Action<Message>> handle)
    {
        if (!context.Attach.Role)
        {
            context.Complete(new RequestLink(_core, client, handle, _logger), SenderCredit);
            return;
        }

        context.Attach.SndSettleMode = SenderSettleMode.Settled;
        var link = new ResponseLink(context.Link, _logger);
        link.Watch(() => { });
        client.AddResponder(context.Link, (context.Attach.Target as Target)?.Address, link);
        context.Complete(link, 0);
    }

    private ClientConnection ClientOf(ListenerLink link)
    {
        var connection = (ListenerConnection)link.Session.Connection;
        if (connection.Properties.TryGetValue(ClientKey, out var known))
        {
            return (ClientConnection)known;
        }

        var client = new ClientConnection(_time);
        connection.Properties[ClientKey] = client;
        _core.AddClient(client);
        connection.AddClosedCallback((_, _) => _core.RemoveClient(client));
        return client;
    }

    [LoggerMessage(134, LogLevel.Warning, "Rejected link '{Link}': {Condition} {Description}")]
    private partial void LogRefusal(string link, string condition, string? description);
}
