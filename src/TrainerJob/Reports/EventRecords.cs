using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Reports.TensorBoard;

namespace WrnCloud.TrainerJob.Reports;

/// <summary>
/// Records of a TensorBoard event file. Each is framed as a TFRecord:
/// 8 bytes length, masked CRC-32C of these, the event, masked CRC-32C of the event,
/// all little-endian (https://www.tensorflow.org/tutorials/load_data/tfrecord).
/// </summary>
internal static class EventRecords
{
    private const string Version = "brain.Event:2";
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>A name that TensorBoard takes for an event file's and that may stand in the store.</summary>
    public static string FileName(DateTimeOffset start) => $"events.out.tfevents.{start.ToUnixTimeSeconds():D10}.wrncloud";

    /// <summary>The record that every file begins with.</summary>
    public static byte[] First(DateTimeOffset at) => Frame(new Event { WallTime = Seconds(at), FileVersion = Version });

    /// <summary>One point's scalars: what was measured while training, and at an epoch's end what was measured on the test set.</summary>
    public static byte[] Scalars(MetricPoint point, DateTimeOffset at)
    {
        var summary = new Summary();
        Add("train/loss", point.Loss);
        Add("train/learning_rate", point.LearningRate);
        Add("train/images_per_second", point.ImagesPerSecond);
        Add("test/loss", point.TestLoss);
        Add("test/top1", point.Top1);
        Add("test/top5", point.Top5);
        return Frame(new Event { WallTime = Seconds(at), Step = point.Step, Summary = summary });

        void Add(string tag, double? value)
        {
            if (value is { } number) summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)number });
        }
    }

    /// <summary>CRC-32C as storage formats mask it, because a checksum over bytes that hold their own checksum says little.</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }

    private static byte[] Frame(Event record)
    {
        const int Head = sizeof(ulong) + sizeof(uint);
        var length = record.CalculateSize();
        var frame = new byte[Head + length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(frame, (ulong)length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(sizeof(ulong)), MaskedCrc(frame.AsSpan(0, sizeof(ulong))));
        record.WriteTo(frame.AsSpan(Head, length));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(Head + length), MaskedCrc(frame.AsSpan(Head, length)));
        return frame;
    }

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
