namespace WrnCloud.MlNetPeer;

/// <summary>A folder with <c>train/CLASS/FILE</c> and <c>test/CLASS/FILE</c>.</summary>
internal sealed class PictureFolder(string folder)
{
    public IReadOnlyList<Picture> Train { get; } = Below(Path.Combine(folder, "train"));

    public IReadOnlyList<Picture> Test { get; } = Below(Path.Combine(folder, "test"));

    private static List<Picture> Below(string split) =>
    [
        .. from folder in Directory.EnumerateDirectories(split).Order(StringComparer.Ordinal)
           from file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
           select new Picture(file, Path.GetFileName(folder)),
    ];
}
