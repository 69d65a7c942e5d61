using System.Buffers.Binary;
using System.Security.Cryptography;
using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// A decoded split on disk, made to be mapped into memory:
/// a header of 128 bytes, N images of <c>3×S×S</c> bytes, N labels of two bytes.
/// The header has N, S, the channel statistics and a SHA-256 of everything else.
/// Without images it is the labels and statistics of pictures that lie elsewhere.
/// </summary>
/// <param name="Labels">N class indices.</param>
/// <param name="Statistics">Of the images.</param>
/// <param name="Digest">SHA-256 of what the file holds.</param>
internal sealed record ImageRecords(ushort[] Labels, ChannelStatistics Statistics, byte[] Digest)
{
    /// <summary>Where the images start.</summary>
    public const int HeaderBytes = 128;

    private const int StatisticsAt = 24;
    private const int HashAt = 72;
    private const int HashBytes = SHA256.HashSizeInBytes;

    private static ReadOnlySpan<byte> ImagesMagic => "WRNIMG1\n"u8;

    private static ReadOnlySpan<byte> LabelsMagic => "WRNLBL1\n"u8;

    /// <summary>Bytes of a file.</summary>
    public static long Length(long count, int size, bool withImages) =>
        HeaderBytes + (count * ((withImages ? 3L * size * size : 0) + sizeof(ushort)));

    /// <summary>Writes a file from images that come one after the other.</summary>
    /// <param name="file">Empty.</param>
    /// <param name="size">S.</param>
    /// <param name="withImages">False to keep labels and statistics only.</param>
    /// <param name="read">Hands all images to the receiver that it is given.</param>
    public static void Write(Stream file, int size, bool withImages, Action<ImageReceiver> read)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var labels = new List<ushort>();
        var sums = new ChannelSums();
        var header = new byte[HeaderBytes];
        file.Write(header);
        read((image, label) =>
        {
            if (image.Length != 3 * size * size)
                throw new ArgumentException($"An image has {image.Length} bytes; {size}×{size} pixels have {3 * size * size}.", nameof(read));
            if (withImages)
            {
                file.Write(image);
                hash.AppendData(image);
            }

            sums.Add(image);
            labels.Add(checked((ushort)label));
        });

        var bytes = new byte[labels.Count * sizeof(ushort)];
        for (var i = 0; i < labels.Count; i++) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)), labels[i]);
        file.Write(bytes);
        hash.AppendData(bytes);

        MagicOf(withImages).CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), labels.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), size);
        var statistics = sums.ToStatistics();
        foreach (var (value, i) in statistics.Mean.Concat(statistics.StandardDeviation).Select((v, i) => (v, i)))
            BinaryPrimitives.WriteDoubleLittleEndian(header.AsSpan(StatisticsAt + (8 * i)), value);
        hash.AppendData(header.AsSpan(0, HashAt));
        hash.GetHashAndReset(header.AsSpan(HashAt));
        file.Position = 0;
        file.Write(header);
        file.Flush();
    }

    /// <summary>Reads a file without images; null when it is missing, damaged, or not of so many images of this size and so many classes.</summary>
    public static ImageRecords? TryRead(string path, int count, int size, int classes)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return Check(file, count, size, classes, withImages: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Checks a whole file; its labels and statistics, or null when it is not what is wanted or damaged.</summary>
    public static ImageRecords? Check(Stream file, int count, int size, int classes, bool withImages)
    {
        if (file.Length != Length(count, size, withImages)) return null;
        var header = new byte[HeaderBytes];
        file.ReadExactly(header);
        if (!header.AsSpan().StartsWith(MagicOf(withImages)) || BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(8)) != count
            || BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(16)) != size) return null;

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var labels = new byte[count * sizeof(ushort)];
        var buffer = new byte[1 << 20];
        for (var left = file.Length - HeaderBytes - labels.Length; left > 0;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            file.ReadExactly(part);
            hash.AppendData(part);
            left -= part.Length;
        }

        file.ReadExactly(labels);
        hash.AppendData(labels);
        hash.AppendData(header.AsSpan(0, HashAt));
        var digest = hash.GetHashAndReset();
        if (!digest.AsSpan().SequenceEqual(header.AsSpan(HashAt, HashBytes))) return null;

        var numbers = new ushort[count];
        for (var i = 0; i < count; i++) numbers[i] = BinaryPrimitives.ReadUInt16LittleEndian(labels.AsSpan(i * sizeof(ushort)));
        if (numbers.Any(l => l >= classes)) return null;
        var values = new double[6];
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadDoubleLittleEndian(header.AsSpan(StatisticsAt + (8 * i)));
        return new ImageRecords(numbers, new ChannelStatistics(values[..3], values[3..]), digest);
    }

    private static ReadOnlySpan<byte> MagicOf(bool withImages) => withImages ? ImagesMagic : LabelsMagic;
}
