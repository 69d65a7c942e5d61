namespace WrnCloud.Weights.Torch;

/// <summary>
/// A dictionary of a pickle: its entries with text keys, in insertion order. Entries with other keys belong to optimizers and are dropped.
/// </summary>
internal sealed class PickleDict
{
    private readonly Dictionary<string, object?> _entries = new(StringComparer.Ordinal);

    /// <summary>The entries.</summary>
    public IReadOnlyDictionary<string, object?> Entries => _entries;

    /// <summary>Sets an entry; as in Python, a later one replaces an earlier one.</summary>
    public void Set(object? key, object? value)
    {
        if (key is string text) _entries[text] = value;
    }
}
