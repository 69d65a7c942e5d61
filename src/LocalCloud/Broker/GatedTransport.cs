using Amqp;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>
/// Holds back what the broker writes until the client has spoken after SASL. The library would send its AMQP header and open right
/// behind the SASL outcome, and rhea, under the official JavaScript client, drops what it reads together with the outcome.
/// </summary>
internal sealed class GatedTransport(IAsyncTransport inner) : IAsyncTransport
{
    private readonly TaskCompletionSource _spoken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void SetConnection(Connection connection) => inner.SetConnection(connection);

    public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
    {
        await _spoken.Task;
        await inner.SendAsync(bufferList, listSize);
    }

    public async Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
    {
        var received = await inner.ReceiveAsync(buffer, offset, count);
        _spoken.TrySetResult();
        return received;
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
