using System.IO.Compression;

namespace WrnCloud.Datasets;

/// <summary>A picture in a zip.</summary>
/// <param name="Zip">Index of the zip among the data set's files.</param>
/// <param name="Entry">The zip's entry.</param>
/// <param name="Class">Its class, a folder's name.</param>
/// <param name="Split">The split that its path or its zip says.</param>
internal sealed record ImageFolderEntry(int Zip, ZipArchiveEntry Entry, string Class, DatasetSplit Split)
{
    private static readonly string[] TrainFolders = ["train", "training"];
    private static readonly string[] TestFolders = ["test", "testing", "val", "valid", "validation"];

    /// <summary>True for what systems put into archives and folders: no picture of anybody's.</summary>
    public static bool IsSystem(string[] path) =>
        path[0] == "__MACOSX" || path[^1].Length == 0 || Array.Exists(path, p => p.StartsWith('.')) || path[^1] is "Thumbs.db" or "desktop.ini";

    /// <summary>Split and class of a path such as <c>train/cat/1.png</c> or <c>pets/train/cat/1.png</c>; null for others.</summary>
    public static (DatasetSplit Split, string Class)? SplitFolder(string[] path)
    {
        for (var i = 0; i < 2 && i + 3 <= path.Length; i++)
        {
            if (TrainFolders.Contains(path[i], StringComparer.OrdinalIgnoreCase)) return (DatasetSplit.Train, path[i + 1]);
            if (TestFolders.Contains(path[i], StringComparer.OrdinalIgnoreCase)) return (DatasetSplit.Test, path[i + 1]);
        }

        return null;
    }
}
