using System.IO.Compression;
using System.Security.Cryptography;

namespace WrnCloud.PhotosBench;

/// <summary>
/// A set unpacked to <c>train/CLASS/FILE</c> and <c>test/CLASS/FILE</c>, so that everyone sees the same split. Deletes its folder when disposed.
/// </summary>
internal sealed class PhotoSet : IDisposable
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wrn-photos-");

    private readonly double _testShare;
    private int _classes;
    private bool _isSplitGiven;

    private PhotoSet(string name, double testShare) => (Name, _testShare) = (name, testShare);

    /// <summary>The zip's name.</summary>
    public string Name { get; }

    /// <summary>Holds <c>train</c> and <c>test</c>.</summary>
    public string Folder => _folder.FullName;

    public int Train { get; private set; }

    public int Test { get; private set; }

    /// <summary>Unpacks a zip. Without test pictures a share of each class is set apart, those whose bytes have the smallest hashes.</summary>
    /// <exception cref="InvalidDataException">It holds no classes of pictures.</exception>
    public static PhotoSet Unpack(FileInfo zip, double testShare)
    {
        var set = new PhotoSet(Path.GetFileNameWithoutExtension(zip.Name), testShare);
        try
        {
            using var archive = ZipFile.OpenRead(zip.FullName);
            set.Unpack([.. archive.Entries.Where(e => Extensions.Contains(Path.GetExtension(e.Name).ToLowerInvariant()))]);
            if (set.Train == 0 || set.Test == 0) throw new InvalidDataException($"{zip.Name} holds no classes of pictures.");
            set._classes = Directory.GetDirectories(Path.Combine(set.Folder, "train")).Length;
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Counts, and where the split is from.</summary>
    public string Describe()
    {
        var split = _isSplitGiven ? "as given" : $"{_testShare:P0} of each class set apart by the hashes of their bytes";
        return $"{Name}: {Train:N0} training and {Test:N0} test pictures of {_classes} classes, {split}.";
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Unpack(List<ZipArchiveEntry> entries)
    {
        var paths = entries.ConvertAll(e => e.FullName.Split('/'));
        _isSplitGiven = paths.TrueForAll(p => p is ["train" or "test", _, _]);
        if (_isSplitGiven)
        {
            for (var i = 0; i < entries.Count; i++) Add(entries[i], paths[i][0], paths[i][1]);
            return;
        }

        var named = entries.Zip(paths).Where(e => e.Second.Length >= 2);
        foreach (var members in named.GroupBy(e => e.Second[^2], StringComparer.Ordinal)) Split(members.Key, [.. members.Select(m => m.First)]);
    }

    private void Split(string name, List<ZipArchiveEntry> members)
    {
        var ordered = members.Select(m => (Entry: m, Hash: Hash(m))).OrderBy(m => m.Hash, StringComparer.Ordinal).ToList();
        var held = Math.Clamp((int)Math.Round(ordered.Count * _testShare), 1, Math.Max(1, ordered.Count - 1));
        for (var i = 0; i < ordered.Count; i++) Add(ordered[i].Entry, i < held ? "test" : "train", name);
    }

    private static string Hash(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    private void Add(ZipArchiveEntry entry, string split, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, split, name));
        entry.ExtractToFile(Path.Combine(folder.FullName, entry.Name));
        if (split == "train") Train++;
        else Test++;
    }
}
