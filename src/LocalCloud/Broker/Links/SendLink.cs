using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using WrnCloud.LocalCloud.Broker.Access;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>A sender attached to a queue: each message or batch is accepted once it is durable.</summary>
internal sealed class SendLink(ListenerLink link, BrokerEntity entity, BrokerCore core, ClientConnection client) : LinkEndpoint
{
    /// <summary>Largest encoded message or batch in bytes.</summary>
    public const int MaxMessageBytes = 256 * 1024;

    private readonly GatedTransport _transport = GatedTransport.Of(link.Session.Connection);

    public override void OnMessage(MessageContext messageContext) => core.Act(_transport, () => Take(messageContext));

    public override void OnFlow(FlowContext flowContext)
    {
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
    }

    /// <summary>Why the queue rejects these messages, which were sent together; null when it accepts them.</summary>
    public static Error? Refusal(BrokerEntity entity, IReadOnlyList<IncomingMessage> messages)
    {
        var size = messages.Sum(m => (long)m.Payload.Length);
        if (size > MaxMessageBytes)
            return new Error(ErrorCode.MessageSizeExceeded) { Description = $"The message is larger than {MaxMessageBytes} bytes." };
        if (entity.State.HasRoomFor(messages.Count, size)) return null;
        var limits = entity.State.Settings;
        return new Error(ErrorCode.ResourceLimitExceeded)
        {
            Description = $"The queue '{entity.Path}' has reached its limit of {limits.MaxMessages} messages or {limits.MaxBytes} bytes, "
                + "dead letters included.",
        };
    }

    private static void Answer(MessageContext context, Error? error)
    {
        try
        {
            if (error is null)
            {
                context.Complete();
            }
            else
            {
                context.Complete(error);
            }
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException)
        {
            // The sender has disconnected; it will send again under the same id.
        }
    }

    private void Take(MessageContext context)
    {
        if (!client.Allows(entity.Path, AccessRights.Send))
        {
            Answer(context, new Error(ErrorCode.UnauthorizedAccess) { Description = "The token has expired." });
            return;
        }

        IReadOnlyList<IncomingMessage> messages;
        try
        {
            messages = BrokerMessages.Read(context.Message, core.NewId);
        }
        catch (AmqpException e) when (e.Error is { Condition: not null } known)
        {
            Answer(context, known);
            return;
        }
        catch (Exception e)
        {
            // The exceptions that the decoder throws for arbitrary bytes are not documented; a batch is stored whole or not at all.
            Answer(context, new Error(ErrorCode.DecodeError) { Description = e.Message });
            return;
        }

        if (Refusal(entity, messages) is { } refusal)
        {
            Answer(context, refusal);
            return;
        }

        foreach (var message in messages) entity.State.Enqueue(message);
        core.Commit(entity, () => Answer(context, error: null));
    }
}
