using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>Settles messages on the link that delivered them: applies the outcome and confirms it once it is durable.</summary>
internal static class LinkDispositions
{
    private static readonly string[] KnownInfo = [DeadLetterReason.ReasonProperty, DeadLetterReason.DescriptionProperty];

    public static void Apply(BrokerCore core, BrokerEntity entity, ListenerLink link, LockedMessage message, DeliveryState? state)
    {
        // The reply repeats only the kind of outcome: its details may have string keys, which the library can't encode.
        bool settled;
        Outcome answer = new Accepted();
        switch (state)
        {
            case Accepted:
                settled = entity.State.Complete(message.LockToken);
                break;
            case Rejected when entity.State.DeadLetters is null:
                Confirm(link, message, Refusal(ErrorCode.NotAllowed, "A dead letter cannot be dead-lettered again."));
                return;
            case Rejected rejected:
                answer = new Rejected();
                settled = entity.State.DeadLetter(message.LockToken, Info(rejected.Error));
                break;
            case Modified { UndeliverableHere: true } deferred:
                answer = new Modified { UndeliverableHere = true };
                settled = entity.State.Defer(message.LockToken, Annotations(deferred));
                break;
            case Modified modified:
                answer = new Modified();
                settled = entity.State.Abandon(message.LockToken, Annotations(modified));
                break;
            case Released:
                answer = new Released();
                settled = entity.State.Release(message.LockToken);
                break;
            default:
                return;
        }

        var outcome = settled ? answer : Refusal(BrokerCore.LockLostCondition, BrokerCore.LockLostDescription);
        core.Commit(entity, () => Confirm(link, message, outcome));
    }

    private static Rejected Refusal(string condition, string description) =>
        new() { Error = new Error(condition) { Description = description } };

    private static void Confirm(ListenerLink link, LockedMessage message, Outcome outcome)
    {
        try
        {
            link.DisposeMessage(message, outcome, true);
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException)
        {
            // The link has closed; the settlement stands.
        }
    }

    private static Dictionary<string, object?> Info(Error? error)
    {
        // JavaScript clients send string keys instead of symbols, which the library's indexer rejects.
        var info = error?.Info?.ToDictionary(p => p.Key.ToString()!, object? (p) => p.Value) ?? [];
        if (error?.Condition is { } condition && !KnownInfo.Any(info.ContainsKey))
        {
            info[DeadLetterReason.ReasonProperty] = condition.ToString();
            info[DeadLetterReason.DescriptionProperty] = error.Description;
        }

        return info;
    }

    private static Dictionary<string, object?>? Annotations(Modified modified) =>
        modified.MessageAnnotations?.ToDictionary(p => p.Key.ToString()!, object? (p) => p.Value);
}
