using System.Security.Cryptography;
using Amqp;
using Amqp.Framing;
using Amqp.Sasl;

namespace WrnCloud.Messaging.Amqp;

/// <summary>One live connection with its CBS tokens and cached links. Never repaired: once broken, the owner opens another.</summary>
internal sealed class AmqpConnection : IAsyncDisposable
{
    /// <summary>Longest that one request, attach or settlement may take before the connection counts as broken.</summary>
    public static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(20);

    /// <summary>How long after a link is down its last callback may take.</summary>
    private static readonly TimeSpan AnswerGrace = TimeSpan.FromSeconds(1);

    private const int MaxFrameSize = 64 * 1024;
    private const int IdleTimeoutMilliseconds = 120_000;
    private const string CbsNode = "$cbs";

    private readonly ServiceBusConnection _target;
    private readonly TimeProvider _time;
    private readonly Connection _connection;
    private readonly Session _session;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, DateTimeOffset> _authorized = [];
    private readonly Dictionary<string, AmqpRequestLink> _requestLinks = [];
    private readonly Dictionary<string, SenderLink> _senders = [];
    private long _lastLink;

    private AmqpConnection(ServiceBusConnection target, TimeProvider time, Connection connection)
    {
        _target = target;
        _time = time;
        _connection = connection;
        _session = new Session(connection);
    }

    public bool IsOpen => !_connection.IsClosed && !_session.IsClosed;

    public static async Task<AmqpConnection> OpenAsync(ServiceBusConnection target, TimeProvider time, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory();
        factory.SASL.Profile = SaslProfile.Anonymous;
        factory.TCP.NoDelay = true;
        factory.AMQP.MaxFrameSize = MaxFrameSize;
        factory.AMQP.IdleTimeout = IdleTimeoutMilliseconds;
        factory.AMQP.HostName = target.Host;
        factory.AMQP.ContainerId = "wrncloud-" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        var address = new Address(target.Host, target.Port, scheme: target.UseTls ? "amqps" : "amqp");
        var opening = factory.CreateAsync(address, cancellationToken);
        try
        {
            // The library's SASL exchange knows no deadline of its own.
            return new AmqpConnection(target, time, await opening.WaitAsync(OperationTimeout, time, cancellationToken));
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _ = opening.ContinueWith(CloseLate, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    public async Task SendAsync(string path, Message message, CancellationToken cancellationToken)
    {
        var sender = await SenderAsync(path, cancellationToken);
        var outcome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        sender.Send(
            message,
            (_, _, result, _) =>
            {
                if (result is Accepted)
                {
                    outcome.TrySetResult();
                }
                else
                {
                    outcome.TrySetException(AmqpErrors.FromError((result as Rejected)?.Error, path));
                }
            },
            state: null);
        await outcome.Task.WaitAsync(OperationTimeout, _time, cancellationToken);
    }

    /// <summary>
    /// Asks for one message on a session and link of its own, and takes both down again before returning: the broker's answer to the
    /// detach comes after every transfer, so no message can stay behind locked and unseen. The lock outlives the link.
    /// </summary>
    public async Task<Message?> ReceiveAsync(string path, TimeSpan wait, Action<Message> onSurplus, CancellationToken cancellationToken)
    {
        await AuthorizeAsync(path, cancellationToken);
        var session = new Session(_connection);
        var arrived = new TaskCompletionSource<Message?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var attach = new Attach
        {
            Source = new Source { Address = path },
            Target = new Target(),
            SndSettleMode = SenderSettleMode.Unsettled,
            RcvSettleMode = ReceiverSettleMode.Second,
        };
        var link = new ReceiverLink(session, NextLinkName(path), attach, onAttached: null);
        link.AddClosedCallback((_, error) =>
        {
            if (error is null)
            {
                arrived.TrySetResult(null);
            }
            else
            {
                arrived.TrySetException(AmqpErrors.FromError(error, path));
            }
        });
        link.Start(0, (_, message) =>
        {
            if (!arrived.TrySetResult(message))
            {
                onSurplus(message);
            }
        });
        link.SetCredit(1, CreditMode.Manual);

        try
        {
            await arrived.Task.WaitAsync(wait, _time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or MessagingException)
        {
            // What the wait ended with is read below, after the link is down.
            if (!arrived.Task.IsCompleted)
            {
                link.SetCredit(1, CreditMode.Drain);
            }
        }

        var closed = CloseAsync(link, session);
        if (!arrived.Task.IsCompletedSuccessfully)
        {
            await closed;
        }

        // A message that came in while the wait was being called off is handed over rather than lost.
        if (arrived.Task.IsCompletedSuccessfully && await arrived.Task is { } received)
        {
            return received;
        }

        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await arrived.Task.WaitAsync(AnswerGrace, _time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            // The detach was never answered, so the closed callback never came; a message from now on is surplus.
            arrived.TrySetException(e);
            return await arrived.Task;
        }
    }

    /// <summary>One request to <paramref name="path"/>'s management node; throws unless its status is a success. 204 has no body.</summary>
    public async Task<(int Status, Message Answer)> ManageAsync(
        string path, string operation, global::Amqp.Types.Map body, CancellationToken cancellationToken)
    {
        var node = path + "/$management";
        await AuthorizeAsync(node, cancellationToken);
        var link = await RequestLinkAsync(node, cancellationToken);
        var request = new Message
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["operation"] = operation,
                ["com.microsoft:server-timeout"] = (uint)OperationTimeout.TotalMilliseconds,
            },
            BodySection = new AmqpValue { Value = body },
        };
        var answer = await link.RequestAsync(request, OperationTimeout, cancellationToken);
        var status = AmqpAnswer.Status(answer, "statusCode");
        var problem = AmqpErrors.FromStatus(status, AmqpAnswer.Text(answer, "errorCondition"), AmqpAnswer.Text(answer, "statusDescription"), path);
        return problem is null ? (status, answer) : throw problem;
    }

    public async ValueTask DisposeAsync() => await QuietlyAsync(() => _connection.CloseAsync(TimeSpan.FromSeconds(2), null));

    private static void CloseLate(Task<Connection> opening)
    {
        if (opening.IsCompletedSuccessfully)
        {
            opening.GetAwaiter().GetResult().Close(TimeSpan.Zero);
        }
        else
        {
            _ = opening.Exception;
        }
    }

    private static async Task CloseAsync(ReceiverLink link, Session session)
    {
        // A link that the broker has closed with an error throws on closing; its session is there all the same.
        await QuietlyAsync(() => link.CloseAsync(OperationTimeout));
        await QuietlyAsync(() => session.CloseAsync(OperationTimeout));
    }

    private static async Task QuietlyAsync(Func<Task> close)
    {
        try
        {
            await close();
        }
        catch (Exception e) when (e is AmqpException or TimeoutException or ObjectDisposedException or InvalidOperationException)
        {
            // Already broken: nothing is left to close, and the link's closed callback has told the waiter why.
        }
    }

    private string NextLinkName(string path) => $"{path}-{Interlocked.Increment(ref _lastLink)}";

    private async Task<SenderLink> SenderAsync(string path, CancellationToken cancellationToken)
    {
        await AuthorizeAsync(path, cancellationToken);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_senders.TryGetValue(path, out var sender) || sender.IsClosed)
            {
                _senders[path] = sender = new SenderLink(_session, NextLinkName(path), path);
            }

            return sender;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<AmqpRequestLink> RequestLinkAsync(string node, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return RequestLinkUnderGate(node);
        }
        finally
        {
            _gate.Release();
        }
    }

    private AmqpRequestLink RequestLinkUnderGate(string node)
    {
        if (!_requestLinks.TryGetValue(node, out var link) || !link.IsOpen)
        {
            _requestLinks[node] = link = new AmqpRequestLink(_session, node, NextLinkName(node), _time);
        }

        return link;
    }

    private async Task AuthorizeAsync(string path, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_authorized.TryGetValue(path, out var refreshAt) && _time.GetUtcNow() < refreshAt)
            {
                return;
            }

            var audience = _target.Audience(path);
            var (token, nextRefresh) = await _target.Tokens.GetAsync(audience, _time, cancellationToken);
            var request = new Message(token)
            {
                ApplicationProperties = new ApplicationProperties
                {
                    ["operation"] = "put-token",
                    ["type"] = _target.Tokens.TokenType,
                    ["name"] = audience,
                },
            };
            var answer = await RequestLinkUnderGate(CbsNode).RequestAsync(request, OperationTimeout, cancellationToken);
            var problem = AmqpErrors.FromStatus(AmqpAnswer.Status(answer, "status-code"), condition: null, AmqpAnswer.Text(answer, "status-description"), path);
            if (problem is not null)
            {
                throw problem;
            }

            _authorized[path] = nextRefresh;
        }
        finally
        {
            _gate.Release();
        }
    }
}
