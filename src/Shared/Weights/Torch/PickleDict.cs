namespace WrnCloud.Weights.Torch;

/// <summary>
/// A dictionary of a pickle: its entries under text, in no other order than theirs. Entries under other keys are of optimizers and not kept.
/// </summary>
internal sealed class PickleDict
{
    private readonly Dictionary<string, object?> _entries = new(StringComparer.Ordinal);

    /// <summary>The entries.</summary>
    public IReadOnlyDictionary<string, object?> Entries => _entries;

    /// <summary>Sets an entry; as in Python, a later one takes the place of an earlier.</summary>
    public void Set(object? key, object? value)
    {
        if (key is string text) _entries[text] = value;
    }
}
