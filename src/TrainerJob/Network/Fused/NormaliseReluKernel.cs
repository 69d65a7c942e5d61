using System.Buffers;
using System.Runtime.Intrinsics;
using WrnCloud.TrainerJob.Runtime;

namespace WrnCloud.TrainerJob.Network.Fused;

/// <summary>
/// The arithmetic of batch normalisation followed by ReLU, forward and backward, over rows of pixels:
/// channels-last images are a matrix of N·H·W rows and C columns.
/// Each direction goes over memory twice, once for the sums and once to apply them, where the operations one by one go over it six and eight times.
/// The rows are cut into blocks by C alone, and what the blocks give is combined in their order,
/// so that the result does not depend on the number of threads.
/// </summary>
/// <remarks>The formulas are those of arXiv 1502.03167, section 3; moments are combined as by Chan, Golub and LeVeque (1979).</remarks>
internal static unsafe class NormaliseReluKernel
{
    /// <summary>C is a multiple of it.</summary>
    public const int Lanes = 8;

    private const int BlockElements = 1 << 16;
    private const int SumsPerBlock = 3;

    /// <summary>Mean and variance of the columns.</summary>
    public static ChannelMoments Moments<T>(byte* x, int rows, int channels, int threads)
        where T : IElement
    {
        var (blockRows, blocks) = Blocks(rows, channels);
        var sums = ArrayPool<float>.Shared.Rent(blocks * SumsPerBlock * channels);
        fixed (float* partial = sums)
        {
            var start = partial;
            ForEach(blocks, threads, block =>
            {
                var shift = start + ((long)block * SumsPerBlock * channels);
                var first = block * blockRows;
                SumBlock<T>(Row<T>(x, first, channels), Math.Min(blockRows, rows - first), channels, shift, shift + channels, shift + (2 * channels));
            });
        }

        var moments = Combine(sums, rows, channels, blockRows, blocks);
        ArrayPool<float>.Shared.Return(sums);
        return moments;
    }

    /// <summary>y = max(0, x·scale + shift), a NaN staying one.</summary>
    public static void Apply<T>(byte* x, byte* y, int rows, int channels, float[] scale, float[] shift, int threads)
        where T : IElement
    {
        var (blockRows, blocks) = Blocks(rows, channels);
        ForEach(blocks, threads, block =>
        {
            var first = block * blockRows;
            fixed (float* s = scale, t = shift)
                ApplyBlock<T>(Row<T>(x, first, channels), Row<T>(y, first, channels), Math.Min(blockRows, rows - first), channels, s, t);
        });
    }

    /// <summary>For each column Σg and Σg·(x − mean), g being the output's gradient where the output is above zero.</summary>
    public static (double[] Gradient, double[] Product) GradientSums<T>(
        byte* x, byte* gradient, int rows, int channels, float[] scale, float[] shift, float[] mean, int threads)
        where T : IElement
    {
        var (blockRows, blocks) = Blocks(rows, channels);
        var sums = ArrayPool<float>.Shared.Rent(blocks * 2 * channels);
        ForEach(blocks, threads, block =>
        {
            var first = block * blockRows;
            fixed (float* partial = sums, s = scale, t = shift, m = mean)
            {
                var own = partial + ((long)block * 2 * channels);
                GradientBlock<T>(
                    Row<T>(x, first, channels),
                    Row<T>(gradient, first, channels),
                    Math.Min(blockRows, rows - first),
                    channels,
                    s,
                    t,
                    m,
                    own,
                    own + channels);
            }
        });
        var (total, product) = (new double[channels], new double[channels]);
        for (var block = 0; block < blocks; block++)
        {
            var own = sums.AsSpan(block * 2 * channels);
            for (var c = 0; c < channels; c++)
            {
                total[c] += own[c];
                product[c] += own[channels + c];
            }
        }

        ArrayPool<float>.Shared.Return(sums);
        return (total, product);
    }

    /// <summary>
    /// Replaces the output's gradient by the input's: a·g + b·(x − mean) + c, plus what else flows to the input (null for nothing).
    /// </summary>
    public static void ApplyGradient<T>(
        byte* x,
        byte* gradient,
        byte* other,
        int rows,
        int channels,
        float[] scale,
        float[] shift,
        float[] mean,
        float[] a,
        float[] b,
        float[] c,
        int threads)
        where T : IElement
    {
        var (blockRows, blocks) = Blocks(rows, channels);
        ForEach(blocks, threads, block =>
        {
            var first = block * blockRows;
            var last = Math.Min(rows, first + blockRows);
            fixed (float* s = scale, t = shift, m = mean, fa = a, fb = b, fc = c)
            {
                for (var row = first; row < last; row++)
                {
                    byte* input = Row<T>(x, row, channels), output = Row<T>(gradient, row, channels);
                    if (other == null) ApplyGradientRow<T>(input, output, channels, s, t, m, fa, fb, fc);
                    else AddGradientRow<T>(input, output, Row<T>(other, row, channels), channels, s, t, m, fa, fb, fc);
                }
            }
        });
    }

    private static (int Rows, int Count) Blocks(int rows, int channels)
    {
        var blockRows = Math.Max(1, BlockElements / channels);
        return (blockRows, (rows + blockRows - 1) / blockRows);
    }

    private static void ForEach(int blocks, int threads, Action<int> body)
    {
        if (threads == 1 || blocks == 1)
        {
            for (var block = 0; block < blocks; block++) body(block);
            return;
        }

        OpenMpTeam.For(blocks, threads, body);
    }

    private static byte* Row<T>(byte* data, int row, int channels)
        where T : IElement => data + ((long)row * channels * T.Size);

    // Sums about the block's first row, which is near enough to the mean that squares do not swallow the variance.
    private static void SumBlock<T>(byte* x, int rows, int channels, float* shift, float* sum, float* squares)
        where T : IElement
    {
        for (var c = 0; c < channels; c += Lanes)
        {
            T.Load(x, c).Store(shift + c);
            Vector256<float>.Zero.Store(sum + c);
            Vector256<float>.Zero.Store(squares + c);
        }

        for (var row = 1; row < rows; row++)
        {
            var own = Row<T>(x, row, channels);
            for (var c = 0; c < channels; c += Lanes)
            {
                var value = T.Load(own, c) - Vector256.Load(shift + c);
                (Vector256.Load(sum + c) + value).Store(sum + c);
                Vector256.FusedMultiplyAdd(value, value, Vector256.Load(squares + c)).Store(squares + c);
            }
        }
    }

    private static ChannelMoments Combine(float[] sums, int rows, int channels, int blockRows, int blocks)
    {
        var (mean, squares) = (new double[channels], new double[channels]);
        for (var block = 0; block < blocks; block++)
        {
            var before = (double)block * blockRows;
            var count = Math.Min(blockRows, rows - before);
            var own = sums.AsSpan(block * SumsPerBlock * channels);
            for (var c = 0; c < channels; c++)
            {
                var sum = own[channels + c];
                var difference = own[c] + (sum / count) - mean[c];
                squares[c] += own[(2 * channels) + c] - (sum * (double)sum / count) + (difference * difference * before * count / (before + count));
                mean[c] += difference * count / (before + count);
            }
        }

        for (var c = 0; c < channels; c++) squares[c] = Math.Max(0, squares[c] / rows);
        return new ChannelMoments(mean, squares);
    }

    private static void ApplyBlock<T>(byte* x, byte* y, int rows, int channels, float* scale, float* shift)
        where T : IElement
    {
        for (var row = 0; row < rows; row++)
        {
            byte* input = Row<T>(x, row, channels), output = Row<T>(y, row, channels);
            for (var c = 0; c < channels; c += Lanes)
                T.Store(output, c, Vector256.MaxNative(Vector256<float>.Zero, Normalised<T>(input, c, scale, shift)));
        }
    }

    private static void GradientBlock<T>(
        byte* x, byte* gradient, int rows, int channels, float* scale, float* shift, float* mean, float* sum, float* product)
        where T : IElement
    {
        for (var c = 0; c < channels; c += Lanes)
        {
            Vector256<float>.Zero.Store(sum + c);
            Vector256<float>.Zero.Store(product + c);
        }

        for (var row = 0; row < rows; row++)
        {
            byte* input = Row<T>(x, row, channels), output = Row<T>(gradient, row, channels);
            for (var c = 0; c < channels; c += Lanes)
            {
                var g = Passed<T>(input, output, c, scale, shift);
                (Vector256.Load(sum + c) + g).Store(sum + c);
                Vector256.FusedMultiplyAdd(g, T.Load(input, c) - Vector256.Load(mean + c), Vector256.Load(product + c)).Store(product + c);
            }
        }
    }

    private static void ApplyGradientRow<T>(
        byte* x, byte* gradient, int channels, float* scale, float* shift, float* mean, float* a, float* b, float* c)
        where T : IElement
    {
        for (var i = 0; i < channels; i += Lanes) T.Store(gradient, i, InputGradient<T>(x, gradient, i, scale, shift, mean, a, b, c));
    }

    private static void AddGradientRow<T>(
        byte* x, byte* gradient, byte* other, int channels, float* scale, float* shift, float* mean, float* a, float* b, float* c)
        where T : IElement
    {
        for (var i = 0; i < channels; i += Lanes)
            T.Store(gradient, i, InputGradient<T>(x, gradient, i, scale, shift, mean, a, b, c) + T.Load(other, i));
    }

    private static Vector256<float> InputGradient<T>(
        byte* x, byte* gradient, int i, float* scale, float* shift, float* mean, float* a, float* b, float* c)
        where T : IElement
    {
        var centred = T.Load(x, i) - Vector256.Load(mean + i);
        var offset = Vector256.FusedMultiplyAdd(centred, Vector256.Load(b + i), Vector256.Load(c + i));
        return Vector256.FusedMultiplyAdd(Passed<T>(x, gradient, i, scale, shift), Vector256.Load(a + i), offset);
    }

    // The output's gradient where the output is above zero; the output is not read again but made again, to the bit.
    private static Vector256<float> Passed<T>(byte* x, byte* gradient, int c, float* scale, float* shift)
        where T : IElement => Vector256.GreaterThan(Normalised<T>(x, c, scale, shift), Vector256<float>.Zero) & T.Load(gradient, c);

    private static Vector256<float> Normalised<T>(byte* x, int c, float* scale, float* shift)
        where T : IElement => Vector256.FusedMultiplyAdd(T.Load(x, c), Vector256.Load(scale + c), Vector256.Load(shift + c));
}
