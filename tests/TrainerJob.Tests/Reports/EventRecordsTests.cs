using System.Buffers.Binary;
using System.Text;
using WrnCloud.Jobs;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Reports;

namespace WrnCloud.TrainerJob.Tests.Reports;

/// <summary>The file is read back by a reader that shares no code with the writer: its own framing, checksum and wire format.</summary>
public sealed class EventRecordsTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 250, TimeSpan.Zero);

    [Fact]
    public void Scalars_AtAnEpochsEnd_AreReadBack()
    {
        var point = new MetricPoint(1, 300, 2, 1.25, 0.1, 512.5, 1.5, 0.75, 0.875);

        var events = ReadFile([.. EventRecords.First(Time), .. EventRecords.Scalars(point, Time.AddSeconds(1))]);

        Assert.Equal(2, events.Count);
        Assert.Equal(("brain.Event:2", 0L), (events[0].Version, events[0].Step));
        Assert.Equal(Time.ToUnixTimeMilliseconds() / 1000.0, events[0].WallTime);
        Assert.Equal(events[0].WallTime + 1, events[1].WallTime);
        Assert.Equal(300, events[1].Step);
        Assert.Equal(
            [
                ("train/loss", 1.25f),
                ("train/learning_rate", 0.1f),
                ("train/images_per_second", 512.5f),
                ("test/loss", 1.5f),
                ("test/top1", 0.75f),
                ("test/top5", 0.875f),
            ],
            events[1].Scalars);
    }

    [Fact]
    public void Scalars_WithinAnEpoch_AreOfTheTrainingOnly()
    {
        var events = ReadFile(EventRecords.Scalars(new MetricPoint(1, 5, 1, 2, 0.1, 100), Time));

        Assert.Equal(["train/loss", "train/learning_rate", "train/images_per_second"], events[0].Scalars.Select(s => s.Tag));
    }

    // The check value of CRC-32C is that of "123456789", E3069283; masked it is rotated by 15 and raised.
    [Fact]
    public void MaskedCrc_CheckString_IsTheCatalogues() =>
        Assert.Equal(unchecked(((0xE3069283u >> 15) | (0xE3069283u << 17)) + 0xA282EAD8u), EventRecords.MaskedCrc("123456789"u8));

    [Fact]
    public void FileName_AnyTime_MayStandInTheStoreAndIsFound()
    {
        var name = EventRecords.FileName(Time);

        Assert.True(BlobName.IsSegment(name));
        Assert.Contains("tfevents", name, StringComparison.Ordinal);
    }

    private static List<Record> ReadFile(byte[] file)
    {
        var records = new List<Record>();
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            Assert.Equal(Masked(file.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            records.Add(ReadEvent(file.AsSpan(at + 12, length)));
            at += 12 + length + 4;
        }

        return records;
    }

    private static Record ReadEvent(ReadOnlySpan<byte> bytes)
    {
        var (wallTime, step, version, scalars) = (0.0, 0L, "", new List<(string, float)>());
        while (!bytes.IsEmpty)
        {
            switch (Varint(ref bytes))
            {
                case (1 << 3) | 1:
                    wallTime = BinaryPrimitives.ReadDoubleLittleEndian(bytes);
                    bytes = bytes[8..];
                    break;
                case 2 << 3:
                    step = (long)Varint(ref bytes);
                    break;
                case (3 << 3) | 2:
                    version = Encoding.UTF8.GetString(Chunk(ref bytes));
                    break;
                case (5 << 3) | 2:
                    var summary = Chunk(ref bytes);
                    while (!summary.IsEmpty) scalars.Add(ReadValue(ref summary));
                    break;
                default:
                    Assert.Fail("A field that an event does not have.");
                    break;
            }
        }

        return new Record(wallTime, step, version, scalars);
    }

    private static (string Tag, float Value) ReadValue(ref ReadOnlySpan<byte> summary)
    {
        Assert.Equal((1ul << 3) | 2, Varint(ref summary));
        var value = Chunk(ref summary);
        Assert.Equal((1ul << 3) | 2, Varint(ref value));
        var tag = Encoding.UTF8.GetString(Chunk(ref value));

        // Zero is left out of the wire format.
        if (value.IsEmpty) return (tag, 0);
        Assert.Equal((2ul << 3) | 5, Varint(ref value));
        return (tag, BinaryPrimitives.ReadSingleLittleEndian(value));
    }

    private static ReadOnlySpan<byte> Chunk(ref ReadOnlySpan<byte> bytes)
    {
        var length = (int)Varint(ref bytes);
        var chunk = bytes[..length];
        bytes = bytes[length..];
        return chunk;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }
    }

    // Bit by bit, from the polynomial.
    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
        }

        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8u);
    }

    private sealed record Record(double WallTime, long Step, string Version, List<(string Tag, float Value)> Scalars);
}
