using System.Runtime.InteropServices;
using System.Security.Cryptography;
using WrnCloud.Datasets;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Global contrast normalisation (per image: its mean taken off, then scaled to the L2 norm 55),
/// then ZCA whitening fitted on the training images with 0.1 on the covariance's diagonal:
/// what pylearn2 makes of CIFAR, and the paper's preprocessing in Tables 2 to 4. For images of 32×32.
/// </summary>
public sealed class ZcaPreprocessor : Preprocessor
{
    /// <summary>Side of the images in pixels.</summary>
    public const int Size = 32;

    /// <summary>Values of one image: 3×32×32, planes red, green, blue.</summary>
    public const int Features = 3 * Size * Size;

    /// <summary>L2 norm of an image after contrast normalisation.</summary>
    public const float Contrast = 55;

    /// <summary>
    /// Smallest norm that is divided by.
    /// An image of bytes that is not of one colour has a norm near 1 at least, so that this holds off rounding errors alone.
    /// </summary>
    public const float SmallestNorm = 0.5f;

    /// <summary>Added to the covariance's diagonal.</summary>
    public const double FilterBias = 0.1;

    /// <summary>How many images a pass over a whole set whitens or sums at a time.</summary>
    internal const int ChunkImages = 1000;

    private readonly Tensor _matrix;
    private readonly Tensor _shift;

    /// <summary>Takes a fit: y = x · matrix + shift.</summary>
    /// <param name="matrix">3072×3072, row-major.</param>
    /// <param name="shift">3072: the training mean, whitened, with its sign changed.</param>
    internal ZcaPreprocessor(float[] matrix, float[] shift)
    {
        if (matrix.Length != Features * Features || shift.Length != Features)
            throw new ArgumentException("A whitening is 3072×3072 and 3072 values.", nameof(matrix));
        (Matrix, Shift) = (matrix, shift);
        _matrix = tensor(matrix, Features, Features).DetachFromDisposeScope();
        _shift = tensor(shift).DetachFromDisposeScope();
    }

    /// <summary>The whitening, 3072×3072, row-major, symmetric.</summary>
    public ReadOnlyMemory<float> Matrix { get; }

    /// <summary>Added after it; 3072 values.</summary>
    public ReadOnlyMemory<float> Shift { get; }

    /// <inheritdoc/>
    internal override void AppendTo(IncrementalHash hash)
    {
        hash.AppendData(MemoryMarshal.AsBytes(Matrix.Span));
        hash.AppendData(MemoryMarshal.AsBytes(Shift.Span));
    }

    /// <summary>Fits the whitening. Images are read in chunks; the same images and thread count give the same bits.</summary>
    /// <exception cref="ArgumentException">The images are not 32×32, or there are none.</exception>
    public static ZcaPreprocessor Fit(IImageSet images, CancellationToken cancellationToken = default)
    {
        if (images.Size != Size)
            throw new ArgumentException($"ZCA whitening is for images of 32×32; these have {images.Size}×{images.Size}.", nameof(images));
        if (images.Count == 0) throw new ArgumentException("ZCA whitening needs at least one image.", nameof(images));
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var (mean, covariance) = Moments(images, cancellationToken);
        var (values, vectors) = linalg.eigh(covariance + (eye(Features, dtype: ScalarType.Float64) * FilterBias));
        var matrix = vectors.mul(values.rsqrt()).mm(vectors.t());
        var shift = mean.unsqueeze(0).mm(matrix).neg();
        return new ZcaPreprocessor(Floats(matrix), Floats(shift));
    }

    /// <summary>Contrast-normalises an image into 3072 floats in the same order.</summary>
    internal static void Normalise(ReadOnlySpan<byte> image, Span<float> target)
    {
        long sum = 0, squares = 0;
        foreach (var value in image)
        {
            sum += value;
            squares += value * value;
        }

        // Integers until here: no rounding, whatever the order.
        var mean = sum / (double)Features;
        var norm = Math.Max(Math.Sqrt(Math.Max(0, squares - (mean * sum))), SmallestNorm);
        var (scale, shift) = ((float)(Contrast / norm), (float)(-mean * Contrast / norm));
        for (var i = 0; i < target.Length; i++) target[i] = (image[i] * scale) + shift;
    }

    /// <summary>Contrast-normalises and whitens the images at these positions: float32 N×3072, outside of any dispose scope.</summary>
    internal Tensor Whiten(IImageSet images, ReadOnlySpan<int> positions)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        return addmm(_shift, Normalised(images, positions), _matrix, 1, 1).DetachFromDisposeScope();
    }

    private static Tensor Normalised(IImageSet images, ReadOnlySpan<int> positions)
    {
        var normalised = empty(positions.Length, Features, dtype: ScalarType.Float32);
        var floats = MemoryMarshal.Cast<byte, float>(normalised.bytes);
        for (var i = 0; i < positions.Length; i++) Normalise(images.Image(positions[i]), floats.Slice(i * Features, Features));
        return normalised;
    }

    private static (Tensor Mean, Tensor Covariance) Moments(IImageSet images, CancellationToken cancellationToken)
    {
        var sum = zeros(Features, dtype: ScalarType.Float64);
        var products = zeros(Features, Features, dtype: ScalarType.Float64);
        for (var start = 0; start < images.Count; start += ChunkImages)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var x = Normalised(images, [.. Enumerable.Range(start, Math.Min(ChunkImages, images.Count - start))]);
            sum.add_(x.sum(0, type: ScalarType.Float64));
            products.add_(x.t().mm(x));
        }

        var mean = sum / images.Count;
        return (mean, (products / images.Count) - mean.outer(mean));
    }

    private static float[] Floats(Tensor values) => values.to(ScalarType.Float32).contiguous().data<float>().ToArray();
}
