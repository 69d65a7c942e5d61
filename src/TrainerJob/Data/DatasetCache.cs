using System.Security.Cryptography;
using WrnCloud.Datasets;
using WrnCloud.Images;
using WrnCloud.Storage;
using Download = System.Func<WrnCloud.Datasets.DatasetFile, System.Threading.CancellationToken, System.Threading.Tasks.Task<System.IO.Stream>>;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Data sets on local disk: the files as stored, and each split decoded, by manifest, split and view. Neither is ever whole in memory.
/// A file that is damaged is made anew.
/// Photographs that would be larger decoded than memory, and larger than their files, or that the disk has no room for,
/// stay in their files and are decoded as they are read.
/// </summary>
/// <param name="cache">The folder.</param>
/// <param name="memoryBytes">What this process may take; null asks the system.</param>
public sealed class DatasetCache(LocalCache cache, long? memoryBytes = null)
{
    // A file is hashed before it is read: a second or two for so many bytes.
    private const long MaxReadAgain = 1L << 30;

    private readonly FileCache _files = new(cache);

    /// <summary>All splits, from disk where they are there.</summary>
    /// <param name="manifest">The data set's manifest.</param>
    /// <param name="evaluated">What is kept of a picture that is evaluated.</param>
    /// <param name="trained">What is kept of a picture that is trained on.</param>
    /// <param name="downloadAsync">Opens a file in the store; its bytes are checked against the manifest.</param>
    /// <param name="cancellationToken">Ends downloading and decoding.</param>
    /// <exception cref="DatasetException">A file differs from the manifest or breaks its format.</exception>
    /// <exception cref="IOException">The disk has no room, which is found out before the first download, or can't be written.</exception>
    public async Task<LoadedDataset> LoadAsync(
        DatasetManifest manifest, ImageView evaluated, ImageView trained, Download downloadAsync, CancellationToken cancellationToken)
    {
        var wanted = Wanted(manifest, evaluated, trained);
        var isStored = StaysStored(manifest, wanted);
        var made = isStored ? Labels(manifest, trained) : Images(manifest, wanted);
        cache.MakeRoom(Missing(manifest, made, isStored), Kept(manifest, made));
        var loaded = new Dictionary<(DatasetSplit, ImageView), CachedImages>();
        OpenFiles? files = null;
        try
        {
            if (isStored)
            {
                files = await OpenStoredAsync(manifest, wanted, trained, loaded, downloadAsync, cancellationToken);
            }
            else
            {
                foreach (var (split, view) in wanted)
                    loaded[(split, view)] = await LoadAsync(manifest, split, view, downloadAsync, cancellationToken);
            }

            // The manifest's numbers are those that every run shares; they are of images of 32×32.
            var train = loaded[(DatasetSplit.Train, trained)];
            var statistics = trained == ImageView.Of(DatasetReader.FixedSize) ? manifest.Statistics : train.Statistics;
            return new LoadedDataset(train, Seen(DatasetSplit.Train, evaluated)!, Seen(DatasetSplit.Test, evaluated)!, statistics)
            {
                Validation = Seen(DatasetSplit.Validation, evaluated),
                ValidationTrained = Seen(DatasetSplit.Validation, trained),
                Owned = files is null ? [.. loaded.Values] : [.. loaded.Values, files],
                Names = await NamesAsync(manifest, downloadAsync, cancellationToken),
            };
        }
        catch
        {
            foreach (var images in loaded.Values) images.Dispose();
            files?.Dispose();
            throw;
        }

        IImageSet? Seen(DatasetSplit split, ImageView view)
        {
            if (loaded.TryGetValue((split, view), out var images)) return images;
            return loaded.TryGetValue((split, trained), out var whole) ? new CroppedImages(whole, view.Crop) : null;
        }
    }

    /// <summary>
    /// The files of some test pictures, by their position in the split, from what is on disk; those that are not, or can't be read, are left out.
    /// </summary>
    /// <param name="manifest">The data set's manifest.</param>
    /// <param name="positions">Which.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    public async Task<IReadOnlyDictionary<int, byte[]>> ReadTestPicturesAsync(
        DatasetManifest manifest, IReadOnlyCollection<int> positions, CancellationToken cancellationToken)
    {
        var pictures = new Dictionary<int, byte[]>();
        if (manifest.Index is null || manifest.Files.Any(f => !_files.Has(f) || f.Length > MaxReadAgain)) return pictures;
        await using var index = await _files.OpenAsync(manifest.Files.First(f => f.Name == manifest.Index), NotOnDisk, cancellationToken);
        var test = PictureIndex.Read(index, manifest).Pictures.Where(p => p.Split == DatasetSplit.Test).ToList();
        foreach (var lying in positions.Where(p => p < test.Count).GroupBy(p => test[p].Zip))
        {
            await using var file = await _files.OpenAsync(manifest.Files.First(f => f.Name == lying.Key), NotOnDisk, cancellationToken);
            if (ZipContents.Open(file, PictureIndex.MaxPictures) is not { } contents) continue;
            var (zip, items) = contents;
            using (zip)
            {
                foreach (var position in lying)
                {
                    var entry = test[position].Entry;
                    if (entry >= items.Count) continue;
                    var problem = ZipEntryReader.Read(zip.Entries[entry], items[entry], ImageDecoder.MaxBytes, out var bytes);
                    if (problem is null && bytes.Length <= ImageDecoder.MaxBytes) pictures[position] = bytes;
                }
            }
        }

        return pictures;

        static Task<Stream> NotOnDisk(DatasetFile file, CancellationToken cancellationToken) =>
            throw new IOException($"{file.Name} is on disk no more.");
    }

    private static IReadOnlyList<(DatasetSplit Split, ImageView View)> Wanted(DatasetManifest manifest, ImageView evaluated, ImageView trained)
    {
        List<DatasetSplit> both = manifest.Images.Validation > 0 ? [DatasetSplit.Train, DatasetSplit.Validation] : [DatasetSplit.Train];

        // Where training sees the whole square, what is evaluated is its middle.
        List<ImageView> views = trained == ImageView.Of(evaluated.Resize) ? [trained] : [trained, evaluated];
        return [.. both.SelectMany(split => views.Select(view => (split, view))).Append((DatasetSplit.Test, evaluated)).Distinct()];
    }

    private static Dictionary<string, long> Images(DatasetManifest manifest, IReadOnlyList<(DatasetSplit Split, ImageView View)> wanted) =>
        wanted.ToDictionary(
            w => NameOf(manifest, w.Split, w.View, "images"),
            w => ImageRecords.Length(manifest.Images.Of(w.Split), w.View.Crop, withImages: true));

    // Every picture is decoded once before the first step, in the larger view: labels and statistics are known, and one that can't be read is found.
    private static Dictionary<string, long> Labels(DatasetManifest manifest, ImageView trained) => Enum.GetValues<DatasetSplit>().ToDictionary(
        split => NameOf(manifest, split, trained, "labels"),
        split => ImageRecords.Length(manifest.Images.Of(split), trained.Crop, withImages: false));

    private static Dictionary<string, long> Files(DatasetManifest manifest) =>
        manifest.Files.DistinctBy(f => f.Sha256).ToDictionary(FileCache.NameOf, f => f.Length);

    // Classes and splits decide the records too, so that the files' hashes alone would not do.
    private static string NameOf(DatasetManifest manifest, DatasetSplit split, ImageView view, string kind) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(manifest.Serialize()))}-{split.ToString().ToLowerInvariant()}-{view}.{kind}";

    private async Task<PictureNames?> NamesAsync(DatasetManifest manifest, Download downloadAsync, CancellationToken cancellationToken)
    {
        if (manifest.Index is null) return null;
        await using var file = await _files.OpenAsync(manifest.Files.First(f => f.Name == manifest.Index), downloadAsync, cancellationToken);
        return PictureNames.Of(PictureIndex.Read(file, manifest));
    }

    // A set that memory holds is read from the page cache: decoding it in every epoch would cost more than the disk does.
    private bool StaysStored(DatasetManifest manifest, IReadOnlyList<(DatasetSplit Split, ImageView View)> wanted)
    {
        if (manifest.Format != DatasetFormat.ImageFolder) return false;
        var images = Images(manifest, wanted);
        var decoded = images.Values.Sum();
        if (decoded > (memoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes) && Files(manifest).Values.Sum() < decoded) return true;
        var missing = Missing(manifest, images, needsFiles: false);
        return missing > 0 && !cache.HasRoom(missing, Kept(manifest, images));
    }

    // Files and what is made of them lie side by side while it is made.
    private long Missing(DatasetManifest manifest, Dictionary<string, long> made, bool needsFiles)
    {
        var missing = made.Where(m => !cache.Has(m.Key)).Sum(m => m.Value);
        return missing == 0 && !needsFiles ? 0 : missing + Files(manifest).Where(f => !cache.Has(f.Key)).Sum(f => f.Value);
    }

    private static HashSet<string> Kept(DatasetManifest manifest, Dictionary<string, long> made) => [.. made.Keys, .. Files(manifest).Keys];

    private async Task<CachedImages> LoadAsync(
        DatasetManifest manifest, DatasetSplit split, ImageView view, Download downloadAsync, CancellationToken cancellationToken) =>
        await cache.OpenAsync(
            NameOf(manifest, split, view, "images"),
            path => MappedImages.TryOpen(path, manifest.Images.Of(split), view.Crop, manifest.Classes),
            (file, cancel) => DecodeAsync(file, manifest, split, view, downloadAsync, cancel),
            cancellationToken);

    private async Task<OpenFiles> OpenStoredAsync(
        DatasetManifest manifest,
        IReadOnlyList<(DatasetSplit Split, ImageView View)> wanted,
        ImageView trained,
        Dictionary<(DatasetSplit, ImageView), CachedImages> loaded,
        Download downloadAsync,
        CancellationToken cancellationToken)
    {
        var files = await OpenFilesAsync(manifest, _ => true, downloadAsync, cancellationToken);
        try
        {
            var folder = files.Add(DatasetReader.OpenFolder(manifest, f => files.Streams[f.Name]));
            var records = new Dictionary<DatasetSplit, ImageRecords>();
            foreach (var split in wanted.Select(w => w.Split).Distinct())
            {
                records[split] = await cache.OpenAsync(
                    NameOf(manifest, split, trained, "labels"),
                    path => ImageRecords.TryRead(path, manifest.Images.Of(split), trained.Crop, manifest.Classes.Count),
                    (file, cancel) => Task.Run(() => WriteLabels(file, split, cancel), cancel),
                    cancellationToken);
            }

            foreach (var (split, view) in wanted)
            {
                var name = NameOf(manifest, split, view, "stored");
                var decode = folder.Decoder(split, manifest.Classes, manifest.HeldOut, view);
                loaded[(split, view)] = new StoredImages(name, decode, records[split], manifest.Classes, view.Crop);
            }

            return files;

            void WriteLabels(FileStream file, DatasetSplit split, CancellationToken cancel) => ImageRecords.Write(
                file, trained.Crop, withImages: false, receive => DatasetReader.Read(manifest, split, trained, folder, receive, cancel));
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private async Task DecodeAsync(
        FileStream target,
        DatasetManifest manifest,
        DatasetSplit split,
        ImageView view,
        Download downloadAsync,
        CancellationToken cancellationToken)
    {
        using var files = await OpenFilesAsync(
            manifest, f => f.Split == split || manifest.Format == DatasetFormat.ImageFolder, downloadAsync, cancellationToken);
        await Task.Run(() => ImageRecords.Write(target, view.Crop, withImages: true, Decode), cancellationToken);
        void Decode(ImageReceiver receive) => DatasetReader.Read(manifest, split, view, f => files.Streams[f.Name], receive, cancellationToken);
    }

    private async Task<OpenFiles> OpenFilesAsync(
        DatasetManifest manifest, Func<DatasetFile, bool> isWanted, Download downloadAsync, CancellationToken cancellationToken)
    {
        var files = new OpenFiles();
        try
        {
            foreach (var file in manifest.Files.Where(isWanted))
                files.Streams[file.Name] = await _files.OpenAsync(file, downloadAsync, cancellationToken);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }
}
