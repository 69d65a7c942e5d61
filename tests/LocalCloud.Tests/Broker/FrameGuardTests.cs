using System.Buffers.Binary;
using System.Net.Sockets;
using Amqp;
using WrnCloud.LocalCloud.Broker.Links;
using WrnCloud.Messaging;

namespace WrnCloud.LocalCloud.Tests.Broker;

public sealed class FrameGuardTests
{
    private const int Limit = 64 * 1024;
    private static readonly byte[] Bomb = new byte[60_000];
    private static readonly byte[] SaslHeader = [.. "AMQP"u8, 3, 1, 0, 0];
    private static readonly byte[] AmqpHeader = [.. "AMQP"u8, 0, 1, 0, 0];
    private static readonly byte[] Anonymous = [0x00, 0x53, 0x41, 0xc0, 12, 1, 0xa3, 9, .. "ANONYMOUS"u8];

    private readonly FrameGuard _guard = new(Limit);

    [Theory]
    [InlineData("414d5150", 8)]
    [InlineData("00000008", 8)]
    [InlineData("00010000", Limit)]
    public void LengthOf_WhatMayBegin_IsItsLength(string start, int expected) =>
        Assert.Equal(expected, _guard.LengthOf(Convert.FromHexString(start)));

    [Theory]
    [InlineData("00000007")]
    [InlineData("00010001")]
    [InlineData("ffffffff")]
    public void LengthOf_WhatMayNot_IsRefused(string start) => Assert.Throws<AmqpException>(() => _guard.LengthOf(Convert.FromHexString(start)));

    [Fact]
    public void Inspect_MessageInSeveralFrames_IsLookedAtAsAWhole()
    {
        // A list of 40,004 bytes whose head is in the first frame only.
        byte[] whole = [0x00, 0x53, 0x77, 0xb0, 0, 0, 0x9c, 0x40, .. new byte[40_000]];

        _guard.Inspect(Transfer(handle: 3, more: true, whole[..10_000]));
        _guard.Inspect(Transfer(handle: 3, more: true, whole[10_000..30_000]));
        _guard.Inspect(Transfer(handle: 3, more: false, whole[30_000..]));

        Assert.Throws<AmqpException>(() => _guard.Inspect(Transfer(handle: 3, more: false, whole[..10_000])));
    }

    [Fact]
    public void Inspect_NestedOverSeveralFrames_IsRefusedAtTheEnd()
    {
        _guard.Inspect(Transfer(handle: 0, more: true, Bomb));
        _guard.Inspect(Transfer(handle: 0, more: true, Bomb));

        Assert.Throws<AmqpException>(() => _guard.Inspect(Transfer(handle: 0, more: false, [0])));
    }

    [Fact]
    public void Inspect_LongerHeader_IsRefused()
    {
        var frame = Frame(new byte[16]);
        frame[4] = 6;

        Assert.Throws<AmqpException>(() => _guard.Inspect(frame));
    }

    [Fact]
    public void Inspect_AnotherMessageInTheMiddleOfOne_IsRefused()
    {
        _guard.Inspect(Transfer(handle: 0, more: true, [0x00, 0x53, 0x75, 0xb0, 0, 0, 0xea, 0x60], delivery: 0));

        Assert.Throws<AmqpException>(() => _guard.Inspect(Transfer(handle: 0, more: false, Bomb, delivery: 1)));
    }

    [Fact]
    public void Inspect_BrokenOffMessage_IsRefused()
    {
        _guard.Inspect(Transfer(handle: 0, more: true, Bomb));

        Assert.Throws<AmqpException>(
            () => _guard.Inspect(Frame([0x00, 0x53, 0x14, 0xc0, 11, 10, 0x43, 0x40, 0x40, 0x40, 0x40, 0x42, 0x40, 0x40, 0x40, 0x41])));
    }

    [Fact]
    public void Inspect_UnfinishedMessages_AreBoundedTogetherAndForgottenWithTheirLinks()
    {
        var frames = FrameGuard.MaxUnfinishedBytes / Bomb.Length;
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < frames; i++) _guard.Inspect(Transfer((uint)(i % 5), more: true, Bomb));
            for (uint handle = 0; handle < 5; handle++) _guard.Inspect(Frame([0x00, 0x53, 0x16, 0xc0, 3, 1, 0x52, (byte)handle]));
        }

        for (var i = 0; i < frames; i++) _guard.Inspect(Transfer((uint)i, more: true, Bomb));
        Assert.Throws<AmqpException>(() => _guard.Inspect(Transfer(1000, more: true, Bomb)));
    }

    [Fact]
    public async Task Broker_BombsFromAClientWithoutAToken_EndItsConnectionAndNothingElse()
    {
        await using var broker = await BrokerNamespace.StartAsync(TimeSpan.FromSeconds(30));
        byte[] openWithAnEndlessArray =
        [
            0x00, 0x53, 0x10, 0xc0, 24, 10, 0xa1, 1, 0x61, .. Enumerable.Repeat((byte)0x40, 8),
            0xc1, 0x0c, 2, 0xf0, 0, 0, 0, 6, 0x7f, 0xff, 0xff, 0xc7, 0x41, 0x40,
        ];
        byte[] nested = [0x00, 0x53, 0x10, .. Bomb];

        foreach (var body in (byte[][])[openWithAnEndlessArray, nested])
        {
            byte[] sasl = [.. SaslHeader, .. Frame(body[..Math.Min(body.Length, 400)], type: 1)];
            byte[] amqp = [.. SaslHeader, .. Frame(Anonymous, type: 1), .. AmqpHeader, .. Frame(body)];
            await SendAndBeClosedAsync(broker.Server.Port, sasl);
            await SendAndBeClosedAsync(broker.Server.Port, amqp);
        }

        var queue = broker.Connect().Open(broker.Queue);
        await queue.SendAsync(new OutgoingMessage("after", new byte[1]), TestContext.Current.CancellationToken);
        Assert.NotNull(await queue.ReceiveAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("414d515000010000")] // AMQP without SASL before it.
    [InlineData("474554202f204854")] // HTTP.
    [InlineData("414d515003010000" + "00000007020100000000000000000000")]
    [InlineData("414d515003010000" + "0000001902010000005341c00c01a309" + "414e4f4e594d4f5558")] // ANONYMOUX
    public async Task Connection_ThatBeginsOtherwise_IsClosed(string hex)
    {
        await using var broker = await BrokerNamespace.StartAsync(TimeSpan.FromSeconds(30));

        await SendAndBeClosedAsync(broker.Server.Port, Convert.FromHexString(hex));
    }

    private static async Task SendAndBeClosedAsync(int port, byte[] bytes)
    {
        var token = TestContext.Current.CancellationToken;
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port, token);
        var stream = socket.GetStream();
        await stream.WriteAsync(bytes, token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, patience.Token) > 0)
            {
                // Its mechanisms, its open, its reason; then the end.
            }
        }
        catch (IOException)
        {
            // The end, with bytes of ours unread.
        }
    }

    private static byte[] Transfer(uint handle, bool more, byte[] payload, byte? delivery = null)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, handle);
        byte[] id = delivery is { } given ? [0x52, given] : [0x40];
        byte[] fields = [0x70, .. number, .. id, 0x40, 0x40, 0x40, (byte)(more ? 0x41 : 0x42)];
        return Frame([0x00, 0x53, 0x14, 0xc0, (byte)(10 + id.Length), 6, .. fields, .. payload]);
    }

    private static byte[] Frame(byte[] body, byte type = 0)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length + 8);
        return [.. length, 2, type, 0, 0, .. body];
    }
}
