using WrnCloud.TrainerJob.Data;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Chooses a linear classifier's penalty: by cross-validation, so that every image judges once and a few hundred are enough to judge by.
/// Of the penalties the one with the least cross entropy on images that it was not fitted to is taken.
/// </summary>
/// <param name="Penalty">The penalty.</param>
/// <param name="Logits">N×C: what each image got from the fit that had not seen it; the caller's to dispose.</param>
/// <param name="Loss">Their mean cross entropy.</param>
internal sealed record HeadChoice(double Penalty, Tensor Logits, double Loss)
{
    // From fitting everything to fitting next to nothing, by half powers of ten; strong ones first, as each fit starts from its neighbour's.
    private static readonly double[] Penalties = [.. Enumerable.Range(0, 9).Select(i => Math.Pow(10, -0.5 - (i / 2.0)))];

    /// <summary>Judges every penalty.</summary>
    /// <param name="features">N×D.</param>
    /// <param name="labels">N int64.</param>
    /// <param name="classes">C.</param>
    /// <param name="classWeights">Weights of the classes in the loss; null for equal ones.</param>
    /// <param name="folds">Parts that the images are dealt into, class by class.</param>
    /// <param name="seed">Of the dealing.</param>
    /// <param name="cancel">Ends it.</param>
    public static HeadChoice Of(Tensor features, Tensor labels, int classes, float[]? classWeights, int folds, long seed, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var parts = Deal(labels.data<long>().ToArray(), folds, seed);
        var logits = Penalties.Select(_ => zeros(labels.shape[0], classes)).ToArray();
        foreach (var part in parts.Distinct())
        {
            var judged = tensor(Positions(parts, p => p == part));
            var fitted = tensor(Positions(parts, p => p != part));
            var fit = new HeadFit(features.index_select(0, fitted), labels.index_select(0, fitted), classes, classWeights);
            Tensor? fitWeights = null;
            for (var i = 0; i < Penalties.Length; i++)
            {
                fitWeights = fit.Fit(Penalties[i], fitWeights, HeadFit.Comparable, cancel);
                logits[i].index_copy_(0, judged, HeadFit.Logits(features.index_select(0, judged), fitWeights));
            }
        }

        using var weights = classWeights is null ? null : tensor(classWeights);
        var losses = logits.Select(l => (double)nn.functional.cross_entropy(l, labels, weights).item<float>()).ToArray();
        var best = Array.IndexOf(losses, losses.Min());
        return new HeadChoice(Penalties[best], logits[best].MoveToOuterDisposeScope(), losses[best]);
    }

    /// <summary>The part of each image: each class's images are shuffled and dealt round.</summary>
    internal static int[] Deal(long[] labels, int folds, long seed)
    {
        var parts = new int[labels.Length];
        var dealt = 0;
        foreach (var members in Enumerable.Range(0, labels.Length).GroupBy(i => labels[i]).OrderBy(g => g.Key))
        {
            var positions = members.ToArray();
            foreach (var i in EpochOrder.Shuffle(positions.Length, seed, (int)members.Key)) parts[positions[i]] = dealt++ % folds;
        }

        return parts;
    }

    private static long[] Positions(int[] parts, Func<int, bool> wanted) =>
        [.. Enumerable.Range(0, parts.Length).Where(i => wanted(parts[i])).Select(i => (long)i)];
}
