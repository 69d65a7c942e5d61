using Amqp;
using Amqp.Framing;
using Amqp.Types;
using WrnCloud.LocalCloud.Broker.Links;

namespace WrnCloud.LocalCloud.Tests.Broker;

public sealed class EncodedValuesTests
{
    [Fact]
    public void Check_MessageWithEveryKindOfValue_Passes()
    {
        var message = new Message
        {
            Header = new Header { Durable = true, Ttl = 5 },
            MessageAnnotations = new MessageAnnotations { [new Symbol("x-opt-a")] = 1L },
            Properties = new Properties { MessageId = "id", CreationTime = DateTime.UnixEpoch, ReplyTo = "r" },
            ApplicationProperties = new ApplicationProperties
            {
                ["null"] = null,
                ["true"] = true,
                ["byte"] = (byte)1,
                ["sbyte"] = (sbyte)-1,
                ["short"] = (short)-2,
                ["ushort"] = (ushort)2,
                ["int"] = -300,
                ["uint"] = 300u,
                ["long"] = long.MinValue,
                ["ulong"] = ulong.MaxValue,
                ["zero"] = 0UL,
                ["float"] = 1f,
                ["double"] = 1d,
                ["char"] = 'c',
                ["time"] = DateTime.UnixEpoch,
                ["guid"] = Guid.Empty,
                ["text"] = new string('x', 300),
                ["symbol"] = new Symbol("s"),
            },
            BodySection = new AmqpValue
            {
                Value = new Map
                {
                    ["guids"] = new[] { Guid.Empty, Guid.AllBitsSet },
                    ["texts"] = new[] { "a", "b" },
                    ["list"] = new List { 1, "two", new List(), new byte[400] },
                    ["described"] = new DescribedValue(new Symbol("com.microsoft:timespan"), 5L),
                },
            },
        };
        var buffer = message.Encode();

        EncodedValues.Check(buffer.Buffer.AsSpan(buffer.Offset, buffer.Length));
    }

    [Theory]
    [InlineData("f0 00000006 7fffffc7 4100")] // An array of two thousand million truths.
    [InlineData("f0 00000005 7fffffc7 44")]
    [InlineData("d0 00000004 7fffffff")]
    [InlineData("c0 03 ff 4040")]
    [InlineData("c0 04 01 404040")] // A list whose size is not its elements'.
    [InlineData("b0 ffffffff")]
    [InlineData("a1 05 4142")]
    [InlineData("00 53")]
    [InlineData("3f")]
    [InlineData("e0 01 01")]
    [InlineData("80 0102")]
    public void Check_ValueThatClaimsMoreThanItHas_IsRefused(string hex) =>
        Assert.Throws<AmqpException>(() => EncodedValues.Check(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

    [Theory]
    [InlineData(0x00)] // Descriptors of descriptors.
    [InlineData(0xd0)]
    public void Check_NestedWithoutEnd_IsRefused(byte code)
    {
        var bytes = code == 0 ? new byte[1_000_000] : Nested(10_000);

        var refused = Assert.Throws<AmqpException>(() => EncodedValues.Check(bytes));

        Assert.Contains("deeper", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_AnyBytes_PassesOrThrowsItsErrorAndNothingElse()
    {
        var random = new Random(1);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            if (bytes.Length > 0 && random.Next(2) == 0) bytes[0] = (byte)(0xc0 + (random.Next(4) << 4));
            try
            {
                EncodedValues.Check(bytes);
            }
            catch (AmqpException)
            {
                // As it should.
            }
        }
    }

    // Lists of one list each, the innermost empty.
    private static byte[] Nested(int depth)
    {
        var bytes = new List<byte> { 0x45 };
        for (var i = 0; i < depth; i++)
        {
            var size = new byte[4];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(size, bytes.Count + 4);
            bytes.InsertRange(0, [0xd0, .. size, 0, 0, 0, 1]);
        }

        return [.. bytes];
    }
}
