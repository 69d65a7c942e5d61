using Amqp;
using Amqp.Listener;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>
/// Holds back what the broker writes until the client has spoken after SASL. The library would send its AMQP header and open right
/// behind the SASL outcome, and rhea, under the official JavaScript client, drops what it reads together with the outcome.
/// It holds back what it reads while a message is being sent, too: the library counts a transfer after it has written it, and when the peer's flow is
/// there first, the 2^32 − 1 of a .NET client's window, counted from the transfer before, wrap around to a window of none.
/// </summary>
internal sealed class GatedTransport(IAsyncTransport inner) : IAsyncTransport
{
    private const string Key = "wrncloud-transport";
    private const int ReadAhead = 8 * 1024;

    private readonly Lock _sending = new();
    private readonly byte[] _ahead = new byte[ReadAhead];
    private readonly TaskCompletionSource _spoken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _start;
    private int _end;

    /// <summary>Of a listener's connection.</summary>
    public static GatedTransport Of(Connection connection) => (GatedTransport)((ListenerConnection)connection).Properties[Key];

    /// <summary>Whether more has come in than the library has read. For its reading thread alone.</summary>
    public bool HasMore => _start < _end;

    public void SetConnection(Connection connection)
    {
        ((ListenerConnection)connection).Properties[Key] = this;
        inner.SetConnection(connection);
    }

    /// <summary>Sends a message; nothing that the peer says to it is heard before <paramref name="send"/> has returned.</summary>
    public void SendWhole(Action send)
    {
        lock (_sending) send();
    }

    public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
    {
        await _spoken.Task;
        await inner.SendAsync(bufferList, listSize);
    }

    /// <summary>Reads ahead: the library asks for a frame's length and its body by themselves, and each would be a call to the system.</summary>
    public async Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, await inner.ReceiveAsync(_ahead, 0, _ahead.Length));
            _spoken.TrySetResult();
            lock (_sending)
            {
                // What the peer says to a message that is being sent waits here.
            }
        }

        var taken = Math.Min(count, _end - _start);
        _ahead.AsSpan(_start, taken).CopyTo(buffer.AsSpan(offset));
        _start += taken;
        return taken;
    }

    public void Send(ByteBuffer buffer) => inner.Send(buffer);

    public int Receive(byte[] buffer, int offset, int count) => inner.Receive(buffer, offset, count);

    public void Close()
    {
        _spoken.TrySetException(new IOException("The transport was closed."));
        _ = _spoken.Task.Exception;
        inner.Close();
    }
}
