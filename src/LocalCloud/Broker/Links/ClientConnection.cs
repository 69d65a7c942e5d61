using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using WrnCloud.LocalCloud.Broker.Access;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>State of one client connection: its tokens, its links, and the links that await replies.</summary>
internal sealed class ClientConnection(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, AccessToken> _tokens = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ResponseLink> _responders = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ListenerLink, (string Path, AccessRights Rights)> _links = new();

    // Read at every commit, for every client: cached, in ticks, and recomputed when tokens or links come and go.
    private long _nextExpiry = DateTimeOffset.MaxValue.UtcTicks;

    /// <summary>The earliest expiry of a token while there are links, or the maximum.</summary>
    public DateTimeOffset NextExpiry => new(Volatile.Read(ref _nextExpiry), TimeSpan.Zero);

    public void Grant(AccessToken token)
    {
        _tokens[token.Path] = token;
        UpdateExpiry();
    }

    public bool Allows(string path, AccessRights right)
    {
        var now = time.GetUtcNow();
        return _tokens.Values.Any(t => t.ExpiresAt > now && t.Rights.HasFlag(right) && t.Covers(path));
    }

    public void Track(ListenerLink link, string path, AccessRights right)
    {
        _links[link] = (path, right);
        UpdateExpiry();
        link.AddClosedCallback((_, _) =>
        {
            _links.TryRemove(link, out var _);
            UpdateExpiry();
        });
    }

    /// <summary>Closes the links whose token has expired, and removes expired tokens.</summary>
    public void DropUnauthorized()
    {
        var now = time.GetUtcNow();
        foreach (var (path, token) in _tokens)
        {
            if (token.ExpiresAt <= now)
            {
                _tokens.TryRemove(new KeyValuePair<string, AccessToken>(path, token));
            }
        }

        foreach (var (link, (path, right)) in _links)
        {
            if (!Allows(path, right))
            {
                _links.TryRemove(link, out _);
                Close(link, path);
            }
        }

        UpdateExpiry();
    }

    /// <summary>Registers a reply link under its target address, or under its name when it has none.</summary>
    public void AddResponder(ListenerLink link, string? address, ResponseLink responder)
    {
        foreach (var key in (string[])[link.Name, address ?? link.Name])
        {
            _responders[key] = responder;
            link.AddClosedCallback((_, _) => _responders.TryRemove(new KeyValuePair<string, ResponseLink>(key, responder)));
        }
    }

    public ResponseLink? FindResponder(string? replyTo) => replyTo is null ? null : _responders.GetValueOrDefault(replyTo);

    private static void Close(ListenerLink link, string path)
    {
        try
        {
            link.Close(TimeSpan.Zero, new Error(ErrorCode.UnauthorizedAccess) { Description = $"The token for '{path}' has expired." });
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException)
        {
            // Its connection is closing anyway.
        }
    }

    private void UpdateExpiry()
    {
        var next = _links.IsEmpty ? DateTimeOffset.MaxValue : _tokens.Values.Select(t => t.ExpiresAt).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        Volatile.Write(ref _nextExpiry, next.UtcTicks);
    }
}
