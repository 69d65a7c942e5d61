using WrnCloud.Errors;

namespace WrnCloud.Weights.Torch;

/// <summary>Finds a network's tensors in a saved value: the state dict itself, or a training program's dictionary that holds one.</summary>
internal static class StateDict
{
    private const int MaxDepth = 4;

    // The moving average first, as in timm: it is the one that was evaluated.
    private static readonly string[] Wrappers =
        ["state_dict_ema", "model_ema", "ema", "state_dict", "model_state_dict", "model_state", "model", "module", "net", "network", "weights"];

    /// <summary>The tensors by name.</summary>
    /// <exception cref="WrnException"><c>weights-invalid</c>: there are no tensors.</exception>
    public static IReadOnlyDictionary<string, WeightTensor> Of(object? saved)
    {
        for (var depth = 0; depth < MaxDepth && saved is PickleDict dict; depth++)
        {
            var tensors = dict.Entries.Where(e => e.Value is WeightTensor).ToDictionary(
                e => e.Key, e => (WeightTensor)e.Value!, StringComparer.Ordinal);
            if (tensors.Count > 1) return tensors;
            saved = Wrappers.Select(w => dict.Entries.GetValueOrDefault(w)).FirstOrDefault(v => v is PickleDict);
        }

        throw new WrnException(
            ErrorCatalogue.WeightsInvalid,
            $"The file holds no state dict, neither itself nor under {string.Join(", ", Wrappers)}. "
                + "Save one: torch.save(model.state_dict(), 'weights.pth').");
    }
}
