using System.IO.Compression;
using WrnCloud.Storage;

namespace WrnCloud.Datasets;

/// <summary>A picture in a zip.</summary>
/// <param name="Zip">Index of the zip among the data set's files.</param>
/// <param name="Position">Its position among the zip's entries.</param>
/// <param name="Entry">The zip's entry.</param>
/// <param name="Item">The same entry in the zip's directory.</param>
/// <param name="Class">Its class: a folder's name, or what the index says.</param>
/// <param name="Folder">The split that its path, its zip or the index says.</param>
internal sealed record ImageFolderEntry(int Zip, int Position, ZipArchiveEntry Entry, ZipItem Item, string Class, FolderSplit Folder)
{
    /// <summary>Its path in the zip.</summary>
    public string Name => Item.Name!;
}
