using System.Security.Cryptography;
using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>Two sets of images of one size and the same classes, one behind the other; nothing is copied.</summary>
public sealed class JoinedImages : IImageSet
{
    private readonly IImageSet _first;
    private readonly IImageSet _second;

    /// <param name="first">Lives as long as this.</param>
    /// <param name="second">The same.</param>
    /// <exception cref="ArgumentException">Sizes or classes differ.</exception>
    public JoinedImages(IImageSet first, IImageSet second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Size != second.Size || !first.Classes.SequenceEqual(second.Classes))
            throw new ArgumentException("The images differ in their size or their classes.", nameof(second));
        (_first, _second) = (first, second);
    }

    /// <inheritdoc/>
    public int Count => _first.Count + _second.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => _first.Classes;

    /// <inheritdoc/>
    public int Size => _first.Size;

    /// <inheritdoc/>
    public bool IsDecodedOnRead => _first.IsDecodedOnRead || _second.IsDecodedOnRead;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index) => index < _first.Count ? _first.Image(index) : _second.Image(index - _first.Count);

    /// <inheritdoc/>
    public int Label(int index) => index < _first.Count ? _first.Label(index) : _second.Label(index - _first.Count);

    /// <inheritdoc/>
    public void AppendTo(IncrementalHash hash)
    {
        _first.AppendTo(hash);
        _second.AppendTo(hash);
    }
}
