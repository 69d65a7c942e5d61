using System.Collections;
using System.Globalization;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using WrnCloud.LocalCloud.Broker.Access;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>
/// <c>{entity}/$management</c>: browse, renew and settle by lock token, receive deferred messages, schedule and cancel.
/// Service Bus operations that it lacks get status 501.
/// </summary>
internal sealed class ManagementNode(BrokerEntity entity, BrokerCore core, ClientConnection client)
{
    public const string Suffix = "/$management";

    private const int LargestPeekBytes = 1024 * 1024;
    private const string ScheduleOperation = "com.microsoft:schedule-message";
    private const string CancelOperation = "com.microsoft:cancel-scheduled-message";
    private const string NotFoundCondition = "com.microsoft:message-not-found";

    public void Handle(Message request, Action<Message> respond)
    {
        try
        {
            var operation = request.ApplicationProperties?["operation"]?.ToString();
            var right = operation is ScheduleOperation or CancelOperation ? AccessRights.Send : AccessRights.Listen;
            if (!client.Allows(entity.Path + Suffix, right))
            {
                respond(
                    Problem(
                        401,
                        ErrorCode.UnauthorizedAccess,
                        $"The token has expired or lacks the right to {(right == AccessRights.Send ? "send" : "listen")}."));
                return;
            }

            var body = (request.BodySection as AmqpValue)?.Value as Map ?? [];
            switch (operation)
            {
                case ScheduleOperation:
                    Schedule(body, respond);
                    break;
                case CancelOperation:
                    Cancel(body, respond);
                    break;
                case "com.microsoft:receive-by-sequence-number":
                    ReceiveDeferred(body, respond);
                    break;
                case "com.microsoft:renew-lock":
                    Renew(Tokens(body), respond);
                    break;
                case "com.microsoft:update-disposition":
                    Settle(body, respond);
                    break;
                case "com.microsoft:peek-message":
                    Peek(body, respond);
                    break;
                default:
                    respond(Problem(501, ErrorCode.NotImplemented, $"'{operation}' is not implemented here."));
                    break;
            }
        }
        catch (AmqpException e) when (e.Error is { Condition: not null } known)
        {
            respond(Problem(400, known.Condition, known.Description));
        }
        catch (Exception e)
        {
            // Malformed requests can make these casts throw any exception; each one must still get a response.
            respond(Problem(400, "com.microsoft:argument-error", e.Message));
        }
    }

    private static Message Answer(int status, Map? body = null) => new()
    {
        ApplicationProperties = new ApplicationProperties
        {
            ["statusCode"] = status,
            ["statusDescription"] = status == 204 ? "No content" : "OK",
        },
        BodySection = new AmqpValue { Value = body ?? [] },
    };

    private static Message Problem(int status, string condition, string description) => new()
    {
        ApplicationProperties = new ApplicationProperties
        {
            ["statusCode"] = status,
            ["statusDescription"] = description,
            ["errorCondition"] = new Symbol(condition),
        },
        BodySection = new AmqpValue { Value = new Map() },
    };

    private static Message LockLost() => Problem(410, BrokerCore.LockLostCondition, BrokerCore.LockLostDescription);

    private static Guid[] Tokens(Map body) => body.TryGetValue("lock-tokens", out var value) && value is IEnumerable list
        ? [.. list.Cast<Guid>()]
        : throw new FormatException("The request needs 'lock-tokens'.");

    private static long[] SequenceNumbers(Map body) => body.TryGetValue("sequence-numbers", out var value) && value is IEnumerable list
        ? [.. list.Cast<object>().Select(n => Convert.ToInt64(n, CultureInfo.InvariantCulture))]
        : throw new FormatException("The request needs 'sequence-numbers'.");

    private static T Number<T>(Map body, string name, Func<object, IFormatProvider, T> convert) =>
        body.TryGetValue(name, out var value) && value is not null
            ? convert(value, CultureInfo.InvariantCulture)
            : throw new FormatException($"The request needs '{name}'.");

    private static Dictionary<string, object?> Properties(Map body) =>
        body.TryGetValue("properties-to-modify", out var value) && value is Map map
            ? map.ToDictionary(p => p.Key.ToString()!, object? (p) => p.Value)
            : [];

    private void Renew(Guid[] tokens, Action<Message> respond)
    {
        var until = new List<DateTime>();
        foreach (var token in tokens)
        {
            if (entity.State.Renew(token) is not { } end)
            {
                core.Commit(entity, () => respond(LockLost()));
                return;
            }

            until.Add(end.UtcDateTime);
        }

        core.Commit(entity, () => respond(Answer(200, new Map { ["expirations"] = until.ToArray() })));
    }

    private void Settle(Map body, Action<Message> respond)
    {
        var status = body.TryGetValue("disposition-status", out var value) ? value?.ToString() : null;
        var properties = Properties(body);
        if (status == "suspended")
        {
            if (entity.State.DeadLetters is null)
            {
                respond(Problem(400, ErrorCode.NotAllowed, "A dead letter cannot be dead-lettered again."));
                return;
            }

            Copy(body, "deadletter-reason", properties, DeadLetterReason.ReasonProperty);
            Copy(body, "deadletter-description", properties, DeadLetterReason.DescriptionProperty);
        }

        Func<Guid, bool>? settle = status switch
        {
            "completed" => entity.State.Complete,
            "abandoned" => token => entity.State.Abandon(token, properties),

            // The protocol's spelling.
            "defered" => token => entity.State.Defer(token, properties),
            "suspended" => token => entity.State.DeadLetter(token, properties),
            _ => null,
        };
        if (settle is null)
        {
            respond(Problem(501, ErrorCode.NotImplemented, $"Disposition '{status}' is not implemented here."));
            return;
        }

        // Every token is tried, so that one lost lock does not block the others.
        var all = Tokens(body).Aggregate(true, (settled, token) => settle(token) && settled);
        core.Commit(entity, () => respond(all ? Answer(200) : LockLost()));
    }

    private static void Copy(Map body, string from, Dictionary<string, object?> properties, string to)
    {
        if (body.TryGetValue(from, out var value) && value is not null)
        {
            properties[to] = value.ToString();
        }
    }

    private void Peek(Map body, Action<Message> respond)
    {
        var from = Number(body, "from-sequence-number", Convert.ToInt64);
        var count = Number(body, "message-count", Convert.ToInt32);
        var messages = new List();
        var size = 0;
        foreach (var message in entity.State.Peek(from, count))
        {
            var encoded = BrokerMessages.ForPeek(message, entity.Path);
            size += encoded.Length;
            if (size > LargestPeekBytes && messages.Count > 0)
            {
                break;
            }

            messages.Add(new Map { ["message"] = encoded });
        }

        // Commit before responding, so that a browser never sees state that a restart would roll back.
        core.Commit(entity, () => respond(messages.Count == 0 ? Answer(204) : Answer(200, new Map { ["messages"] = messages })));
    }

    private void ReceiveDeferred(Map body, Action<Message> respond)
    {
        // receiver-settle-mode by AMQP's numbers: 0 settles first, which here means delete on receipt.
        var deletes = Number(body, "receiver-settle-mode", Convert.ToUInt32) == 0;
        var numbers = SequenceNumbers(body);
        if ((deletes ? entity.State.TryTakeDeferred(numbers) : entity.State.TryLockDeferred(numbers)) is not { } received)
        {
            core.Commit(entity, () => respond(Problem(404, NotFoundCondition, "A message with one of these sequence numbers is not deferred here.")));
            return;
        }

        var messages = new List();
        foreach (var message in received)
            messages.Add(new Map { ["lock-token"] = message.Lock?.Token ?? Guid.Empty, ["message"] = BrokerMessages.ForPeek(message, entity.Path) });
        core.Commit(entity, () => respond(Answer(200, new Map { ["messages"] = messages })));
    }

    private void Schedule(Map body, Action<Message> respond)
    {
        if (entity.State.DeadLetters is null)
        {
            respond(Problem(400, ErrorCode.NotAllowed, "A dead-letter queue accepts no messages from senders."));
            return;
        }

        var messages = body.TryGetValue("messages", out var value) && value is IEnumerable list
            ? list.Cast<Map>()
                .Select(m => BrokerMessages.ReadEncoded(m.TryGetValue("message", out var encoded) ? encoded : null, core.NewId))
                .ToList()
            : throw new FormatException("The request needs 'messages'.");
        if (SendLink.Refusal(entity, messages) is { } refusal)
        {
            respond(Problem(refusal.Condition.Equals((Symbol)ErrorCode.ResourceLimitExceeded) ? 403 : 400, refusal.Condition, refusal.Description));
            return;
        }

        // A duplicate is dropped, as on a send, and gets a sequence number that no message has.
        var numbers = messages.Select(m => entity.State.Enqueue(m) ?? 0).ToArray();
        core.Commit(entity, () => respond(Answer(200, new Map { ["sequence-numbers"] = numbers })));
    }

    private void Cancel(Map body, Action<Message> respond)
    {
        var cancelled = entity.State.CancelScheduled(SequenceNumbers(body));
        core.Commit(entity, () => respond(cancelled
            ? Answer(200)
            : Problem(404, NotFoundCondition, "A message with one of these sequence numbers is not scheduled here.")));
    }
}
