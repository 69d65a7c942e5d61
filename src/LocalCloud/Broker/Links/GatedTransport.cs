using Amqp;
using Amqp.Listener;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>
/// Holds back the broker's writes until the client has written its first bytes after SASL. The library would send its AMQP header and open right
/// after the SASL outcome, and rhea, under the official JavaScript client, drops bytes that it reads together with the outcome.
/// It also holds back reads while a message is being sent: the library counts a transfer after writing it, and when the peer's flow arrives
/// first, the 2^32 − 1 of a .NET client's window, counted from the previous transfer, wrap around to an empty window.
/// It passes on whole frames only, after <see cref="FrameGuard"/> has validated them.
/// </summary>
internal sealed class GatedTransport(IAsyncTransport inner, TimeProvider time) : IAsyncTransport
{
    /// <summary>Largest frame, in bytes.</summary>
    public const int MaxFrameSize = 64 * 1024;

    private const string Key = "wrncloud-transport";
    private const int ReadAhead = 8 * 1024;
    private const int LengthSize = 4;

    /// <summary>Time that a client has to send its first bytes after SASL.</summary>
    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(60);

    private readonly Lock _sending = new();
    private readonly FrameGuard _guard = new(MaxFrameSize);
    private readonly TaskCompletionSource _spoken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Bytes read from the socket: up to _start the library has them, up to _passed they are validated, up to _end they are not.
    private byte[] _ahead = new byte[ReadAhead];
    private int _start;
    private int _passed;
    private int _end;

    /// <summary>The transport of a listener's connection.</summary>
    public static GatedTransport Of(Connection connection) => (GatedTransport)((ListenerConnection)connection).Properties[Key];

    /// <summary>Whether bytes have arrived that the library has not read. For the library's reading thread only.</summary>
    public bool HasMore => _start < _end;

    public void SetConnection(Connection connection)
    {
        ((ListenerConnection)connection).Properties[Key] = this;
        inner.SetConnection(connection);
    }

    /// <summary>Sends a message; the peer's responses to it are not read before <paramref name="send"/> has returned.</summary>
    public void SendWhole(Action send)
    {
        lock (_sending) send();
    }

    public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
    {
        await _spoken.Task.WaitAsync(HeaderTimeout, time);
        await inner.SendAsync(bufferList, listSize);
    }

    /// <summary>Reads ahead: the library asks for a frame's length and its body separately, and each would be a system call.</summary>
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
                // The peer's responses to a message that is being sent wait here.
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
            // Also when the peer has gone: pending sends would keep the connection alive.
            _spoken.TrySetResult();
        }
    }

    /// <summary>Validates the next frame; false when it is not complete yet.</summary>
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
