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
}
