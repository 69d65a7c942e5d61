using System.Runtime.InteropServices;
using System.Security.Cryptography;
using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>One multiplication and one addition per channel: y = scale · byte + shift.</summary>
public sealed class ChannelPreprocessor : Preprocessor
{
    private readonly float[] _scale;
    private readonly float[] _shift;

    private ChannelPreprocessor(double[] scale, double[] shift)
    {
        _scale = [.. scale.Select(s => (float)s)];
        _shift = [.. shift.Select(s => (float)s)];
        Table = new float[3 * 256];
        for (var i = 0; i < Table.Length; i++) Table[i] = (float)((i % 256 * scale[i / 256]) + shift[i / 256]);
    }

    /// <summary>Divided by 255 and nothing else, as the paper does with SVHN.</summary>
    public static ChannelPreprocessor Scaled { get; } = new([1 / 255.0, 1 / 255.0, 1 / 255.0], [0, 0, 0]);

    /// <summary>Three factors on the scale of bytes.</summary>
    public IReadOnlyList<float> Scale => _scale;

    /// <summary>Three terms.</summary>
    public IReadOnlyList<float> Shift => _shift;

    /// <summary>The result for every byte, 256 floats a channel.</summary>
    internal float[] Table { get; }

    /// <inheritdoc/>
    internal override void AppendTo(IncrementalHash hash)
    {
        hash.AppendData(MemoryMarshal.AsBytes<float>(_scale));
        hash.AppendData(MemoryMarshal.AsBytes<float>(_shift));
    }

    /// <summary>(byte / 255 − mean) / standard deviation. A channel that never varies is only centred.</summary>
    public static ChannelPreprocessor Of(ChannelStatistics statistics)
    {
        double[] deviation = [.. statistics.StandardDeviation.Select(s => s > 0 ? s : 1)];
        return new ChannelPreprocessor([.. deviation.Select(s => 1 / (255 * s))], [.. statistics.Mean.Zip(deviation, (m, s) => -m / s)]);
    }
}
