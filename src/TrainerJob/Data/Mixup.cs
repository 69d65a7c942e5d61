using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Mixup (arXiv 1710.09412): every image of a batch is blended with a partner of the same batch by one weight λ ~ Beta(α, α), and so is the loss.
/// </summary>
internal sealed class Mixup
{
    // The order of an epoch and dropout have −1 and −2.
    private const int Stream = -3;
    private readonly long[] _partners;

    private Mixup(double weight, long[] partners)
    {
        Weight = weight;
        _partners = partners;
    }

    /// <summary>λ, the image's own share, 0 to 1.</summary>
    public double Weight { get; }

    /// <summary>The partner's place in the batch, for each place: a permutation.</summary>
    public IReadOnlyList<long> Partners => _partners;

    /// <summary>The draw for a step, a pure function of seed and step; null when α is 0.</summary>
    public static Mixup? Draw(double alpha, long seed, int step, int batchLength)
    {
        if (alpha <= 0) return null;
        var random = new SplitMix64(seed, step, Stream);

        // A ratio of gammas, in logarithms: a small α gives gammas too small for a double.
        var (first, second) = (LogGamma(alpha, ref random), LogGamma(alpha, ref random));
        var partners = new long[batchLength];
        for (var i = 0; i < batchLength; i++)
        {
            var j = random.Next(i + 1);
            partners[i] = partners[j];
            partners[j] = i;
        }

        return new Mixup(1 / (1 + Math.Exp(second - first)), partners);
    }

    /// <summary>λ·x + (1 − λ)·x[partners]; N×C×H×W, channels-last stays so.</summary>
    public Tensor Blend(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var partners = tensor(_partners).to(images.device);
        var interleaved = images.permute(0, 2, 3, 1);
        var blended = (interleaved * Weight).add_(interleaved.index_select(0, partners), 1 - Weight);
        return blended.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// λ times the cross entropy with the labels plus 1 − λ times that with the partners' labels, each class weighted where weights are given.
    /// </summary>
    public Tensor Loss(Tensor logits, Tensor labels, double labelSmoothing, Tensor? classWeights = null)
    {
        using var scope = NewDisposeScope();
        var others = labels.index_select(0, tensor(_partners).to(labels.device));
        var own = nn.functional.cross_entropy(logits, labels, classWeights, label_smoothing: labelSmoothing);
        var partners = nn.functional.cross_entropy(logits, others, classWeights, label_smoothing: labelSmoothing);
        return ((own * Weight) + (partners * (1 - Weight))).MoveToOuterDisposeScope();
    }

    // Marsaglia and Tsang's rejection method for α + 1, brought down to α by a power of a uniform draw.
    private static double LogGamma(double alpha, ref SplitMix64 random)
    {
        var d = alpha + 1 - (1 / 3.0);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = Math.Sqrt(-2 * Math.Log(random.NextUnit())) * Math.Cos(2 * Math.PI * random.NextUnit());
            var v = Math.Pow(1 + (c * normal), 3);
            if (v <= 0) continue;
            if (Math.Log(random.NextUnit()) < (normal * normal / 2) + (d * (1 - v + Math.Log(v))))
                return Math.Log(d * v) + (Math.Log(random.NextUnit()) / alpha);
        }
    }
}
