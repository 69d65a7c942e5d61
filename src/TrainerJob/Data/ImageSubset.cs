using System.Runtime.InteropServices;
using System.Security.Cryptography;
using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>Some images of a set, as a set of their own; nothing is copied.</summary>
public sealed class ImageSubset : IImageSet
{
    private readonly IImageSet _images;
    private readonly int[] _positions;

    /// <param name="images">Lives as long as this.</param>
    /// <param name="positions">Which images, in the order wanted.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no image at one of the positions.</exception>
    public ImageSubset(IImageSet images, IReadOnlyList<int> positions)
    {
        (_images, _positions) = (images, [.. positions]);
        foreach (var position in _positions)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)images.Count, nameof(positions));
    }

    /// <inheritdoc/>
    public int Count => _positions.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => _images.Classes;

    /// <inheritdoc/>
    public int Size => _images.Size;

    /// <inheritdoc/>
    public bool IsDecodedOnRead => _images.IsDecodedOnRead;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index) => _images.Image(_positions[index]);

    /// <inheritdoc/>
    public int Label(int index) => _images.Label(_positions[index]);

    /// <inheritdoc/>
    public void AppendTo(IncrementalHash hash)
    {
        _images.AppendTo(hash);
        hash.AppendData(MemoryMarshal.AsBytes<int>(_positions));
    }

    /// <summary>Sets a share of each class's images apart: the same images, share and seed give the same parts.</summary>
    /// <param name="images">The images.</param>
    /// <param name="share">Above 0 to 0.5. Of a class with two images or more at least one goes to either part.</param>
    /// <param name="seed">Tells draws apart.</param>
    public static (ImageSubset Kept, ImageSubset Apart) Split(IImageSet images, double share, long seed)
    {
        var draw = new HeldOut(share, seed);
        var isApart = new bool[images.Count];
        foreach (var members in Enumerable.Range(0, images.Count).GroupBy(images.Label))
        {
            var positions = members.ToList();
            var drawn = draw.Draw(positions.Count, members.Key);
            for (var i = 0; i < drawn.Length; i++) isApart[positions[i]] = drawn[i];
        }

        return (
            new ImageSubset(images, [.. Enumerable.Range(0, images.Count).Where(i => !isApart[i])]),
            new ImageSubset(images, [.. Enumerable.Range(0, images.Count).Where(i => isApart[i])]));
    }
}
