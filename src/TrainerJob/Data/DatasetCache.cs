using System.Security.Cryptography;
using WrnCloud.Datasets;
using WrnCloud.Images;
using WrnCloud.Storage;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Data sets on local disk: the files as stored, by their SHA-256, and each split decoded, by manifest, split and view. Neither is ever whole in memory.
/// A file that is damaged is made anew.
/// </summary>
public sealed class DatasetCache(LocalCache cache)
{
    // A file is hashed before it is read: a second or two for so many bytes.
    private const long MaxReadAgain = 1L << 30;

    /// <summary>All splits, from disk where they are there.</summary>
    /// <param name="manifest">The data set's manifest.</param>
    /// <param name="evaluated">What is kept of a picture that is evaluated.</param>
    /// <param name="trained">What is kept of a picture that is trained on.</param>
    /// <param name="downloadAsync">Opens a file in the store; its bytes are checked against the manifest.</param>
    /// <param name="cancellationToken">Ends downloading and decoding.</param>
    /// <exception cref="DatasetException">A file differs from the manifest or breaks its format.</exception>
    /// <exception cref="IOException">The disk has no room, which is found out before the first download, or can't be written.</exception>
    public async Task<LoadedDataset> LoadAsync(
        DatasetManifest manifest,
        ImageView evaluated,
        ImageView trained,
        Func<DatasetFile, CancellationToken, Task<Stream>> downloadAsync,
        CancellationToken cancellationToken)
    {
        var wanted = Wanted(manifest, evaluated, trained);
        MakeRoom(manifest, wanted);
        var loaded = new Dictionary<(DatasetSplit, ImageView), MappedImages>();
        try
        {
            foreach (var (split, view) in wanted) loaded[(split, view)] = await LoadAsync(manifest, split, view, downloadAsync, cancellationToken);

            // The manifest's numbers are those that every run shares; they are of images of 32×32.
            var train = loaded[(DatasetSplit.Train, trained)];
            var statistics = trained == ImageView.Of(DatasetReader.FixedSize) ? manifest.Statistics : train.Statistics;
            return new LoadedDataset(train, loaded[(DatasetSplit.Train, evaluated)], loaded[(DatasetSplit.Test, evaluated)], statistics)
            {
                Validation = loaded.GetValueOrDefault((DatasetSplit.Validation, evaluated)),
                ValidationTrained = loaded.GetValueOrDefault((DatasetSplit.Validation, trained)),
                Names = await NamesAsync(manifest, downloadAsync, cancellationToken),
            };
        }
        catch
        {
            foreach (var images in loaded.Values) images.Dispose();
            throw;
        }
    }

    /// <summary>The files of some test pictures, by their position in the split, from what is on disk; those that are not, or can't be read, are left out.</summary>
    /// <param name="manifest">The data set's manifest.</param>
    /// <param name="positions">Which.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    public async Task<IReadOnlyDictionary<int, byte[]>> ReadTestPicturesAsync(
        DatasetManifest manifest, IReadOnlyCollection<int> positions, CancellationToken cancellationToken)
    {
        var pictures = new Dictionary<int, byte[]>();
        if (manifest.Index is null || manifest.Files.Any(f => !cache.Has(NameOf(f)) || f.Length > MaxReadAgain)) return pictures;
        await using var index = await FetchAsync(manifest.Files.First(f => f.Name == manifest.Index), NotOnDisk, cancellationToken);
        var test = PictureIndex.Read(index, manifest).Pictures.Where(p => p.Split == DatasetSplit.Test).ToList();
        foreach (var lying in positions.Where(p => p < test.Count).GroupBy(p => test[p].Zip))
        {
            await using var file = await FetchAsync(manifest.Files.First(f => f.Name == lying.Key), NotOnDisk, cancellationToken);
            if (ZipContents.Open(file, PictureIndex.MaxPictures) is not { } contents) continue;
            var (zip, items) = contents;
            using (zip)
            {
                foreach (var position in lying)
                {
                    var entry = test[position].Entry;
                    if (entry < items.Count && ZipEntryReader.Read(zip.Entries[entry], items[entry], ImageDecoder.MaxBytes, out var bytes) is null && bytes.Length <= ImageDecoder.MaxBytes)
                        pictures[position] = bytes;
                }
            }
        }

        return pictures;

        static Task<Stream> NotOnDisk(DatasetFile file, CancellationToken cancellationToken) => throw new IOException($"{file.Name} is on disk no more.");
    }

    private static IReadOnlyList<(DatasetSplit Split, ImageView View)> Wanted(DatasetManifest manifest, ImageView evaluated, ImageView trained)
    {
        List<(DatasetSplit Split, ImageView View)> wanted = [(DatasetSplit.Train, trained), (DatasetSplit.Train, evaluated)];
        if (manifest.Images.Validation > 0) wanted.AddRange([(DatasetSplit.Validation, trained), (DatasetSplit.Validation, evaluated)]);
        return [.. wanted.Append((DatasetSplit.Test, evaluated)).Distinct()];
    }

    private async Task<PictureNames?> NamesAsync(
        DatasetManifest manifest, Func<DatasetFile, CancellationToken, Task<Stream>> downloadAsync, CancellationToken cancellationToken)
    {
        if (manifest.Index is null) return null;
        await using var file = await FetchAsync(manifest.Files.First(f => f.Name == manifest.Index), downloadAsync, cancellationToken);
        return PictureNames.Of(PictureIndex.Read(file, manifest));
    }

    // Files and decoded images lie side by side while the images are made.
    private void MakeRoom(DatasetManifest manifest, IReadOnlyList<(DatasetSplit Split, ImageView View)> wanted)
    {
        var images = wanted.ToDictionary(w => NameOf(manifest, w.Split, w.View), w => ImageRecords.Length(manifest.Images.Of(w.Split), w.View.Crop));
        var missing = images.Where(i => !cache.Has(i.Key)).Sum(i => i.Value);
        if (missing == 0) return;
        var files = manifest.Files.DistinctBy(f => f.Sha256).ToDictionary(NameOf, f => f.Length);
        cache.MakeRoom(missing + files.Where(f => !cache.Has(f.Key)).Sum(f => f.Value), [.. images.Keys, .. files.Keys]);
    }

    // Classes and splits decide the records too, so that the files' hashes alone would not do.
    private static string NameOf(DatasetManifest manifest, DatasetSplit split, ImageView view) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(manifest.Serialize()))}-{split.ToString().ToLowerInvariant()}-{view}.images";

    private static string NameOf(DatasetFile file) => $"{file.Sha256}.file";

    private Task<MappedImages> LoadAsync(
        DatasetManifest manifest,
        DatasetSplit split,
        ImageView view,
        Func<DatasetFile, CancellationToken, Task<Stream>> downloadAsync,
        CancellationToken cancellationToken)
    {
        return cache.OpenAsync(
            NameOf(manifest, split, view),
            path => MappedImages.TryOpen(path, manifest.Images.Of(split), view.Crop, manifest.Classes),
            (file, cancel) => DecodeAsync(file, manifest, split, view, downloadAsync, cancel),
            cancellationToken);
    }

    private async Task DecodeAsync(
        FileStream target,
        DatasetManifest manifest,
        DatasetSplit split,
        ImageView view,
        Func<DatasetFile, CancellationToken, Task<Stream>> downloadAsync,
        CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, FileStream>();
        try
        {
            // Open files stay readable when another process removes them.
            foreach (var file in manifest.Files.Where(f => f.Split == split || manifest.Format == DatasetFormat.ImageFolder))
                files[file.Name] = await FetchAsync(file, downloadAsync, cancellationToken);
            await Task.Run(() => ImageRecords.Write(target, view.Crop, Decode), cancellationToken);
            void Decode(ImageReceiver receive) => DatasetReader.Read(manifest, split, view, f => files[f.Name], receive, cancellationToken);
        }
        finally
        {
            foreach (var file in files.Values) await file.DisposeAsync();
        }
    }

    private Task<FileStream> FetchAsync(DatasetFile file, Func<DatasetFile, CancellationToken, Task<Stream>> downloadAsync, CancellationToken cancellationToken) =>
        cache.OpenAsync(NameOf(file), path => TryOpen(path, file), (target, cancel) => DownloadAsync(target, file, downloadAsync, cancel), cancellationToken);

    private static async Task DownloadAsync(
        FileStream target, DatasetFile file, Func<DatasetFile, CancellationToken, Task<Stream>> downloadAsync, CancellationToken cancellationToken)
    {
        await using var source = await downloadAsync(file, cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 18];
        var length = 0L;
        while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            length += read;
            if (length > file.Length) throw new DatasetException(file.Name, file.Length, $"The file has more than the {file.Length} bytes that its manifest says.");
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        if (length != file.Length) throw new DatasetException(file.Name, length, $"The file has {length} bytes, its manifest says {file.Length}.");
        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (found != file.Sha256) throw new DatasetException(file.Name, 0, $"The file's SHA-256 is {found}, its manifest says {file.Sha256}.");
    }

    private static FileStream? TryOpen(string path, DatasetFile file)
    {
        FileStream? content = null;
        try
        {
            content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (content.Length == file.Length && Convert.ToHexStringLower(SHA256.HashData(content)) == file.Sha256)
            {
                content.Position = 0;
                return content;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        content?.Dispose();
        return null;
    }
}
