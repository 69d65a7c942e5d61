using Amqp;
using Amqp.Listener;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>
/// Holds back what the broker writes until the client has spoken after SASL. The library would send its AMQP header and open right
/// behind the SASL outcome, and rhea, under the official JavaScript client, drops what it reads together with the outcome.
/// It holds back what it reads while a message is being sent, too: the library counts a transfer after it has written it, and when the peer's flow is
/// there first, the 2^32 − 1 of a .NET client's window, counted from the transfer before, wrap around to a window of none.
/// And it hands over whole frames only, which <see cref="FrameGuard"/> has looked at.
/// </summary>
internal sealed class GatedTransport(IAsyncTransport inner, TimeProvider time) : IAsyncTransport
{
    /// <summary>Of a frame, in bytes.</summary>
    public const int MaxFrameSize = 64 * 1024;

    private const string Key = "wrncloud-transport";
    private const int ReadAhead = 8 * 1024;
    private const int LengthSize = 4;

    /// <summary>How long a client may take to speak after SASL.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _sending = new();
    private readonly FrameGuard _guard = new(MaxFrameSize);
    private readonly TaskCompletionSource _spoken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // What was read: given to the library, looked at, and neither.
    private byte[] _ahead = new byte[ReadAhead];
    private int _start;
    private int _passed;
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
        await _spoken.Task.WaitAsync(Patience, time);
        await inner.SendAsync(bufferList, listSize);
    }

    /// <summary>Reads ahead: the library asks for a frame's length and its body by themselves, and each would be a call to the system.</summary>
    public async Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
    {
        while (_start == _passed && !PassFrame())
        {
            MakeRoom();
            var read = await ReadAsync();
            if (read == 0) return 0;
            _end += read;
            lock (_sending)
            {
                // What the peer says to a message that is being sent waits here.
            }
        }

        var taken = Math.Min(count, _passed - _start);
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

    private async Task<int> ReadAsync()
    {
        try
        {
            return await inner.ReceiveAsync(_ahead, _end, _ahead.Length - _end);
        }
        finally
        {
            // Also where the peer has gone: what waits to be sent would keep the connection.
            _spoken.TrySetResult();
        }
    }

    /// <summary>Looks at the next frame; false when it is not whole yet.</summary>
    private bool PassFrame()
    {
        var rest = _ahead.AsSpan(_passed, _end - _passed);
        if (rest.Length < LengthSize) return false;
        var length = _guard.LengthOf(rest);
        if (rest.Length < length) return false;
        _guard.Inspect(rest[..length]);
        _passed += length;
        return true;
    }

    private void MakeRoom()
    {
        var rest = _ahead.AsSpan(_start, _end - _start);
        var needed = rest.Length < LengthSize ? ReadAhead : Math.Max(ReadAhead, _guard.LengthOf(rest));
        if (needed > _ahead.Length)
        {
            var larger = new byte[needed];
            rest.CopyTo(larger);
            _ahead = larger;
        }
        else
        {
            rest.CopyTo(_ahead);
        }

        (_start, _passed, _end) = (0, 0, rest.Length);
    }
}
