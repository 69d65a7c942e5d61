using System.Security.Cryptography;

namespace WrnCloud.Datasets;

/// <summary>Square colour images of one size, each with the index of its class: in memory, or read from a file as they are asked for.</summary>
public interface IImageSet
{
    /// <summary>N, the number of images.</summary>
    int Count { get; }

    /// <summary>The classes' names, by index; 1 to 1,000.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>S, the side of every image in pixels.</summary>
    int Size { get; }

    /// <summary>One image, <c>3×S×S</c>: the red, the green and the blue plane, rows from the top.</summary>
    /// <param name="index">0 to N − 1.</param>
    ReadOnlySpan<byte> Image(int index);

    /// <summary>The index of one image's class, below the number of classes.</summary>
    /// <param name="index">0 to N − 1.</param>
    int Label(int index);

    /// <summary>True where asking for an image decodes it, which is worth all cores and is not done twice without need.</summary>
    bool IsDecodedOnRead => false;

    /// <summary>Adds what tells these images from others to a hash: equal additions are of equal images.</summary>
    void AppendTo(IncrementalHash hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        for (var i = 0; i < Count; i++) hash.AppendData(Image(i));
    }
}
