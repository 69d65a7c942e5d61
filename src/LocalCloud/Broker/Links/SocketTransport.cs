using System.Net.Sockets;
using Amqp;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>A connected socket as the library's transport.</summary>
internal sealed class SocketTransport(Socket socket, Action closed) : IAsyncTransport
{
    public void SetConnection(Connection connection)
    {
    }

    public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
    {
        if (bufferList.Count == 1) await socket.SendAsync(bufferList[0].Buffer.AsMemory(bufferList[0].Offset, bufferList[0].Length));
        else await socket.SendAsync([.. bufferList.Select(b => new ArraySegment<byte>(b.Buffer, b.Offset, b.Length))]);
    }

    public async Task<int> ReceiveAsync(byte[] buffer, int offset, int count) => await socket.ReceiveAsync(buffer.AsMemory(offset, count));

    public void Send(ByteBuffer buffer) => socket.Send(buffer.Buffer, buffer.Offset, buffer.Length, SocketFlags.None);

    public int Receive(byte[] buffer, int offset, int count) => socket.Receive(buffer, offset, count, SocketFlags.None);

    public void Close()
    {
        socket.Dispose();
        closed();
    }
}
