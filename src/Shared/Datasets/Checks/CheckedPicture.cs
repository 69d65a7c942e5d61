using System.Security.Cryptography;
using WrnCloud.Images;

namespace WrnCloud.Datasets.Checks;

/// <summary>A picture of an image folder as a check has seen it.</summary>
/// <param name="Zip">The zip that it lies in.</param>
/// <param name="Entry">Its position among the zip's entries.</param>
/// <param name="Path">The entry's path.</param>
/// <param name="Split">The split that its place says.</param>
/// <param name="Class">The class that its folder says.</param>
public sealed record CheckedPicture(string Zip, int Entry, string Path, FolderSplit Split, string Class)
{
    /// <summary>The zip and the path in it, as it may be shown.</summary>
    public string Name => ImageFolder.NameOf(Zip, Path);

    /// <summary>Why it can't be read; null where it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Its perceptual fingerprint; null where it can't be read.</summary>
    public PictureLook? Look { get; init; }

    /// <summary>Facts about it; null where it can't be read.</summary>
    public PictureFacts? Facts { get; init; }

    /// <summary>Its channels at 32×32, for the statistics of a split; null where it can't be read.</summary>
    public ChannelSums? Sums { get; init; }

    /// <summary>Decodes the picture's file: the picture with its fingerprint, facts and channels, or with its problem.</summary>
    internal CheckedPicture Examined(byte[] bytes)
    {
        try
        {
            var examined = ImageDecoder.Examine(bytes, PictureLook.PreferredSize, DatasetReader.FixedSize);
            var sums = new ChannelSums();
            sums.Add(ImagePlanes.Separate(examined.Squares[1]));
            return this with
            {
                Look = PictureLook.Of(examined.Squares[0], PictureLook.PreferredSize, Convert.ToHexStringLower(SHA256.HashData(bytes))),
                Facts = PictureFacts.Of(examined),
                Sums = sums,
            };
        }
        catch (ImageException e)
        {
            return this with { Problem = e.Message };
        }
    }
}
