using System.Security.Cryptography;
using System.Text;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// A split whose pictures stay in their files, on local disk, and are decoded each time they are asked for:
/// for a set that, decoded, would not fit into memory or on the disk.
/// Its pixels are those that decoding it once gives.
/// </summary>
internal sealed class StoredImages : CachedImages
{
    private readonly Func<int, byte[]> _decode;
    private readonly string _name;
    private bool _isDisposed;

    /// <param name="name">Tells data set, split and view.</param>
    /// <param name="decode">Gives the planes of the picture at a position, on any thread.</param>
    /// <param name="found">Labels and statistics.</param>
    /// <param name="classes">The classes' names, by index.</param>
    /// <param name="size">S of the view.</param>
    public StoredImages(string name, Func<int, byte[]> decode, ImageRecords found, IReadOnlyList<string> classes, int size)
        : base(found.Labels, classes, size, found.Statistics) => (_name, _decode) = (name, decode);

    /// <inheritdoc/>
    public override bool IsDecodedOnRead => true;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Image(int index)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Require(index);
        return _decode(index);
    }

    /// <inheritdoc/>
    public override void AppendTo(IncrementalHash hash) => hash.AppendData(Encoding.UTF8.GetBytes(_name));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _isDisposed = true;
}
