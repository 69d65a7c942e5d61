using WrnCloud.Errors;

namespace WrnCloud.Weights;

/// <summary>Names of tensors as training programs wrap them.</summary>
public static class TensorNames
{
    private const string First = "conv1.weight";

    // PyTorch counts a batch norm's batches beside its statistics, and a moving average its steps; nothing here depends on the counts.
    private static readonly string[] Counters = ["num_batches_tracked", "n_averaged"];

    /// <summary>
    /// Takes <c>module.</c>, <c>model.</c>, <c>backbone.</c> and whatever else stands before the network's first convolution off every name, and
    /// leaves the counters out.
    /// </summary>
    /// <exception cref="WrnException"><c>weights-unfit</c>: there is no such convolution, or several networks have one.</exception>
    public static IReadOnlyDictionary<string, WeightTensor> WithoutPrefix(IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var weights = tensors.Where(t => !Array.Exists(Counters, c => t.Key == c || t.Key.EndsWith($".{c}", StringComparison.Ordinal))).ToList();
        var stems = weights.Where(t => IsStem(t.Key, t.Value)).Select(t => t.Key[..^First.Length]).ToList();
        if (stems.Count == 0)
        {
            var found = string.Join(", ", weights.Take(3).Select(t => $"'{t.Key}' {t.Value.Description}"));
            throw Unfit(
                $"The weights are of no network that is known here: none is called {First} and convolves three channels. They begin with {found}.");
        }

        if (stems.Count > 1)
            throw Unfit(
                $"The file holds {stems.Count} networks, under {string.Join(", ", stems.Take(5).Select(s => $"'{s}'"))}. Save one of them alone.");
        var prefix = stems[0];
        return weights.ToDictionary(
            t => t.Key.StartsWith(prefix, StringComparison.Ordinal) ? t.Key[prefix.Length..] : t.Key, t => t.Value, StringComparer.Ordinal);
    }

    // A block's first convolution is called the same, and takes more channels.
    private static bool IsStem(string name, WeightTensor tensor) =>
        (name == First || name.EndsWith($".{First}", StringComparison.Ordinal)) && tensor.Shape is [_, 3, _, _];

    private static WrnException Unfit(string detail) => new(ErrorCatalogue.WeightsUnfit, detail);
}
