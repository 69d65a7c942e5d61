using WrnCloud.Errors;

namespace WrnCloud.Weights;

/// <summary>Tensor names with the prefixes that training programs add.</summary>
public static class TensorNames
{
    private const string First = "conv1.weight";

    // PyTorch stores a batch norm's number of batches, and a moving average's number of steps; neither is needed here.
    private static readonly string[] Counters = ["num_batches_tracked", "n_averaged"];

    /// <summary>
    /// Removes <c>module.</c>, <c>model.</c>, <c>backbone.</c> or any other prefix of the network's first convolution from every name, and
    /// drops the counters.
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
            throw Incompatible(
                $"The weights are not for a supported network: no tensor is called {First} and convolves three channels. They begin with {found}.");
        }

        if (stems.Count > 1)
            throw Incompatible(
                $"The file holds {stems.Count} networks, under {string.Join(", ", stems.Take(5).Select(s => $"'{s}'"))}. Save only one of them.");
        var prefix = stems[0];
        return weights.ToDictionary(
            t => t.Key.StartsWith(prefix, StringComparison.Ordinal) ? t.Key[prefix.Length..] : t.Key, t => t.Value, StringComparer.Ordinal);
    }

    // A block's first convolution has the same name but more input channels.
    private static bool IsStem(string name, WeightTensor tensor) =>
        (name == First || name.EndsWith($".{First}", StringComparison.Ordinal)) && tensor.Shape is [_, 3, _, _];

    private static WrnException Incompatible(string detail) => new(ErrorCatalogue.WeightsUnfit, detail);
}
