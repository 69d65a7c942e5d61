using System.Collections.Concurrent;
using System.Globalization;
using Amqp;
using Amqp.Framing;

namespace WrnCloud.Messaging.Amqp;

/// <summary>A pair of links to one node that answers requests (<c>$cbs</c>, <c>{entity}/$management</c>), matched by correlation id.</summary>
internal sealed class AmqpRequestLink
{
    private const int ResponseCredit = 50;

    private readonly string _node;
    private readonly string _replyTo;
    private readonly SenderLink _sender;
    private readonly ReceiverLink _receiver;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Message>> _pending = new();
    private long _lastId;

    public AmqpRequestLink(Session session, string node, string linkName, TimeProvider time)
    {
        _node = node;
        _replyTo = linkName;
        _time = time;
        var receiver = new Attach
        {
            Source = new Source { Address = node },
            Target = new Target { Address = _replyTo },
            SndSettleMode = SenderSettleMode.Settled,
        };
        _receiver = new ReceiverLink(session, linkName, receiver, onAttached: null);
        _receiver.AddClosedCallback((_, error) => FailAll(error));
        _receiver.Start(ResponseCredit, OnResponse);
        _sender = new SenderLink(session, linkName, node);
        _sender.AddClosedCallback((_, error) => FailAll(error));
    }

    public bool IsOpen => !_sender.IsClosed && !_receiver.IsClosed;

    /// <summary>Sends <paramref name="request"/> and returns the answer, whatever its status.</summary>
    public async Task<Message> RequestAsync(Message request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answer;
        try
        {
            request.Properties = new Properties { MessageId = id, ReplyTo = _replyTo };
            _sender.Send(request, OnOutcome, answer);
            if (!IsOpen)
            {
                throw AmqpErrors.FromError(_sender.Error ?? _receiver.Error, _node);
            }

            return await answer.Task.WaitAsync(timeout, _time, cancellationToken);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    private void OnOutcome(ILink link, Message message, Outcome outcome, object state)
    {
        // An accepted request is answered later on the other link; a refused one never is.
        if (outcome is not Accepted)
        {
            ((TaskCompletionSource<Message>)state).TrySetException(AmqpErrors.FromError((outcome as Rejected)?.Error, _node));
        }
    }

    private void OnResponse(IReceiverLink link, Message message)
    {
        link.Accept(message);
        if (message.Properties?.GetCorrelationId() is { } id && _pending.TryGetValue(id.ToString()!, out var answer))
        {
            answer.TrySetResult(message);
        }
    }

    private void FailAll(Error? error)
    {
        foreach (var answer in _pending.Values)
        {
            answer.TrySetException(AmqpErrors.FromError(error, _node));
        }
    }
}
