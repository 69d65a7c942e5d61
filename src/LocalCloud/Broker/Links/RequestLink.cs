using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Microsoft.Extensions.Logging;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>The link on which a client sends requests to <c>$cbs</c> or a management node.</summary>
internal sealed partial class RequestLink(
    BrokerCore core, ClientConnection client, Action<Message, Action<Message>> handle, ILogger logger) : LinkEndpoint
{
    public override void OnMessage(MessageContext messageContext) => core.Post(() => Take(messageContext));

    public override void OnFlow(FlowContext flowContext)
    {
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
    }

    private void Take(MessageContext context)
    {
        var request = context.Message;
        var responder = client.FindResponder(request.Properties?.ReplyTo);
        try
        {
            if (responder is null)
            {
                context.Complete(new Error(ErrorCode.NotFound) { Description = "No link awaits responses under the request's reply-to." });
                return;
            }

            if (responder.IsFull)
            {
                context.Complete(new Error(ErrorCode.ResourceLimitExceeded) { Description = "Too many responses wait for credit." });
                return;
            }

            context.Complete();
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException)
        {
            return;
        }

        handle(request, response =>
        {
            response.Properties = new Properties();
            if (request.Properties?.GetMessageId() is { } id)
            {
                response.Properties.SetCorrelationId(id);
            }

            responder.Respond(response);
        });
        LogRequest(request.ApplicationProperties?["operation"]?.ToString() ?? "");
    }

    [LoggerMessage(137, LogLevel.Trace, "Handled '{Operation}'.")]
    private partial void LogRequest(string operation);
}
