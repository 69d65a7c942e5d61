using Amqp;
using Microsoft.Extensions.Time.Testing;
using WrnCloud.LocalCloud.Broker.Links;

namespace WrnCloud.LocalCloud.Tests.Broker;

public sealed class GatedTransportTests
{
    private static readonly byte[] Header = [.. "AMQP"u8, 0, 1, 0, 0];
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Receive_WhileAMessageIsSent_WaitsUntilItIsCounted()
    {
        var transport = new GatedTransport(new Peer(Header), TimeProvider.System);
        using var inside = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var sending = Task.Run(() => transport.SendWhole(() =>
        {
            inside.Set();
            goOn.Wait();
        }));
        inside.Wait();

        var heard = Task.Run(() => transport.ReceiveAsync(new byte[8], 0, 8));
        await Assert.ThrowsAsync<TimeoutException>(() => heard.WaitAsync(Moment, TimeProvider.System));
        goOn.Set();

        Assert.Equal(8, await heard.WaitAsync(Long, TimeProvider.System));
        await sending;
    }

    [Fact]
    public async Task Send_BeforeThePeerHasSpoken_Waits()
    {
        var peer = new Peer(Header);
        var transport = new GatedTransport(peer, TimeProvider.System);

        var sent = transport.SendAsync([new ByteBuffer(8, autoGrow: false)], 8);
        Assert.False(sent.IsCompleted);
        var buffer = new byte[8];
        Assert.Equal(3, await transport.ReceiveAsync(buffer, 0, 3));
        Assert.True(transport.HasMore);
        Assert.Equal(5, await transport.ReceiveAsync(buffer, 3, 5));

        await sent.WaitAsync(Long, TimeProvider.System);
        Assert.False(transport.HasMore);
        Assert.Equal(Header, buffer);
        Assert.Equal(1, peer.Sends);
    }

    [Fact]
    public async Task Send_ToAPeerThatHasGoneWithoutAWord_NoLongerWaits()
    {
        var transport = new GatedTransport(new Peer([]), TimeProvider.System);
        var sent = transport.SendAsync([new ByteBuffer(8, autoGrow: false)], 8);

        Assert.Equal(0, await transport.ReceiveAsync(new byte[8], 0, 8));

        await sent.WaitAsync(Long, TimeProvider.System);
    }

    [Fact]
    public async Task Send_ToAPeerThatNeverSpeaks_GivesUp()
    {
        var time = new FakeTimeProvider();
        var transport = new GatedTransport(new Peer(Header), time);

        var sent = transport.SendAsync([new ByteBuffer(8, autoGrow: false)], 8);
        time.Advance(TimeSpan.FromMinutes(2));

        await Assert.ThrowsAsync<TimeoutException>(() => sent.WaitAsync(Long, TimeProvider.System));
    }

    /// <summary>The library's transport with a peer that has said something already.</summary>
    private sealed class Peer(byte[] said) : IAsyncTransport
    {
        public int Sends { get; private set; }

        public void SetConnection(Connection connection)
        {
        }

        public Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
        {
            Sends++;
            return Task.CompletedTask;
        }

        public Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
        {
            said.CopyTo(buffer, offset);
            return Task.FromResult(said.Length);
        }

        public void Send(ByteBuffer buffer) => Sends++;

        public int Receive(byte[] buffer, int offset, int count) => 0;

        public void Close()
        {
        }
    }
}
