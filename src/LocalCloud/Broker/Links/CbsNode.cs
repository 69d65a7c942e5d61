using Amqp;
using Amqp.Framing;
using WrnCloud.LocalCloud.Broker.Access;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary><c>$cbs</c>: claims-based security. A put-token grants the token's rights to its connection.</summary>
internal sealed class CbsNode(TokenVerifier verifier, BrokerCore core)
{
    public const string Address = "$cbs";

    public void Handle(ClientConnection client, Message request, Action<Message> respond)
    {
        if (Property(request, "operation") != "put-token")
        {
            respond(Answer(501, "Only put-token is implemented."));
            return;
        }

        if (!TryRead(request, out var token))
        {
            respond(Answer(400, "The request's body can't be read."));
            return;
        }

        var (granted, problem) = verifier.Verify(Property(request, "type"), token, Property(request, "name"));
        if (granted is null)
        {
            respond(Answer(401, problem!));
            return;
        }

        client.Grant(granted);
        core.Reschedule();
        respond(Answer(202, "Accepted"));
    }

    // The library decodes a value when it is accessed, and may throw any exception.
    private static bool TryRead(Message request, out string? token)
    {
        try
        {
            token = (request.BodySection as AmqpValue)?.Value as string;
            return true;
        }
        catch (Exception)
        {
            token = null;
            return false;
        }
    }

    private static string? Property(Message request, string name) => request.ApplicationProperties?[name]?.ToString();

    private static Message Answer(int status, string description) => new()
    {
        ApplicationProperties = new ApplicationProperties { ["status-code"] = status, ["status-description"] = description },
    };
}
