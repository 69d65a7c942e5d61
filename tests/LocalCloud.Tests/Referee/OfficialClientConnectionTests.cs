using System.Net;
using System.Net.Sockets;
using WrnCloud.LocalCloud.Tests.Broker;

namespace WrnCloud.LocalCloud.Tests.Referee;

/// <summary>Connecting, authorisation, addresses, and the end of a broker.</summary>
public sealed class OfficialClientConnectionTests(OfficialClient official) : OfficialClientTests(official)
{
    [Theory]
    [InlineData(60, 1)]
    [InlineData(1, 25)]
    public async Task Connect_ManyTimes_NeverHangs(int rounds, int atOnce) =>
        Assert.Equal(rounds * atOnce, (int)(await CallAsync("connects", new { connection = Connection, queue = Broker.Queue, rounds, atOnce }))!);

    [Fact]
    public async Task Connect_WrongKey_IsUnauthorized()
    {
        var client = await OpenAsync(Connection.Replace("SharedAccessKey=c2VjcmV0", "SharedAccessKey=d3Jvbmc=", StringComparison.Ordinal));
        var receiver = await ReceiverAsync(client: client);

        await FailsAsync("UnauthorizedAccess", () => PeekAsync(receiver, 1));
    }

    [Fact]
    public async Task Send_RightToListenOnly_IsUnauthorized()
    {
        var client = await OpenAsync(Broker.Server.ConnectionString(BrokerNamespace.ListenOnly));

        await FailsAsync(
            "UnauthorizedAccess", () => CallAsync("send", new { client, queue = Broker.Queue, messages = new[] { new { body = "x" } } }));
    }

    [Fact]
    public async Task Restart_OfTheBroker_TheSameClientGoesOn()
    {
        await SendAsync("before");
        await Broker.RestartAsync();
        await SendAsync("after");
        var receiver = await ReceiverAsync();

        var received = new[] { await OneAsync(receiver), await OneAsync(receiver) };

        Assert.Equal(["before", "after"], received.Select(m => m.MessageId));
        Assert.True(long.Parse(received[1].SequenceNumber, null) > long.Parse(received[0].SequenceNumber, null));
    }

    [Fact]
    public async Task Dispose_OfTheBroker_FreesItsPort()
    {
        var port = Broker.Server.Port;
        await Broker.Server.DisposeAsync();

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
    }
}
