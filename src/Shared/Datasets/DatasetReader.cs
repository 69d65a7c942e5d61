using WrnCloud.Images;

namespace WrnCloud.Datasets;

/// <summary>
/// Turns the files of a split into images, believing nothing: lengths, hashes, labels and counts are all checked against the manifest.
/// </summary>
public static class DatasetReader
{
    /// <summary>Side of the images of all formats but the image folder, in pixels.</summary>
    public const int FixedSize = 32;

    /// <summary>Reads one split into memory.</summary>
    /// <param name="manifest">The data set's manifest.</param>
    /// <param name="split">The split wanted.</param>
    /// <param name="files">Content by file name; files of the other split are ignored where the format keeps splits apart.</param>
    /// <param name="size">S, the side wanted in pixels.</param>
    /// <exception cref="DatasetException">
    /// A file is missing or differs from the manifest, its format is wrong, or the images are fewer or more than stated.
    /// </exception>
    public static LabelledImages Read(
        DatasetManifest manifest, DatasetSplit split, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, int size = FixedSize)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(files);
        return Read(manifest, split, Open, size);

        Stream Open(DatasetFile file)
        {
            if (!files.TryGetValue(file.Name, out var bytes)) throw new DatasetException(file.Name, 0, "The file is missing.");
            file.Verify(bytes.Span);
            return new MemoryStream(bytes.ToArray(), writable: false);
        }
    }

    /// <summary>Reads one split into memory, from files that are opened for it.</summary>
    /// <param name="manifest">The data set's manifest.</param>
    /// <param name="split">The split wanted.</param>
    /// <param name="open">Opens a file, seekable, verified against its hash.</param>
    /// <param name="size">S, the side wanted in pixels.</param>
    /// <exception cref="DatasetException">As for the other overload.</exception>
    public static LabelledImages Read(DatasetManifest manifest, DatasetSplit split, Func<DatasetFile, Stream> open, int size = FixedSize)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var collector = new ImageCollector();
        Read(manifest, split, ImageView.Of(size), open, collector.Add);
        return collector.ToImages(manifest.Classes, size);
    }

    /// <summary>Makes the manifest of files by reading all their images: counts them, and counts the training images' statistics at 32×32.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="format">How the files are read.</param>
    /// <param name="classes">The classes' names, by index.</param>
    /// <param name="files">The files.</param>
    /// <param name="heldOut">Sets test images apart where there are none; null otherwise.</param>
    /// <param name="open">Opens a file, seekable.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DatasetException">A file or a field breaks its rule, or a split has no image.</exception>
    public static DatasetManifest Describe(
        string name,
        DatasetFormat format,
        IReadOnlyList<string> classes,
        IReadOnlyList<DatasetFile> files,
        HeldOut? heldOut,
        Func<DatasetFile, Stream> open,
        CancellationToken cancellationToken = default)
    {
        var draft = new DatasetManifest(
            DatasetManifest.CurrentSchema,
            name,
            format,
            classes,
            files,
            new DatasetSizes(1, 1),
            new ChannelStatistics([0, 0, 0], [1, 1, 1]),
            heldOut).Checked();
        var sums = new ChannelSums();
        var test = 0;
        ReadAll(draft, DatasetSplit.Train, ImageView.Of(FixedSize), open, (image, _) => sums.Add(image), cancellationToken);
        ReadAll(draft, DatasetSplit.Test, ImageView.Of(FixedSize), open, (_, _) => test++, cancellationToken);
        if (sums.Count == 0 || test == 0)
            throw new DatasetException("", 0, $"There are {sums.Count} training and {test} test images; each split needs one at least.");
        return (draft with { Images = new DatasetSizes(sums.Count, test), Statistics = sums.ToStatistics() }).Checked();
    }

    /// <summary>Reads one split image by image; no more than a few are in memory at a time.</summary>
    /// <param name="manifest">The data set's manifest.</param>
    /// <param name="split">The split wanted.</param>
    /// <param name="view">What is kept of a picture; only an image folder has a choice.</param>
    /// <param name="open">Opens a file, seekable, verified against its hash.</param>
    /// <param name="receive">Takes the images.</param>
    /// <param name="cancellationToken">Ends the reading between two images.</param>
    /// <exception cref="DatasetException">As for the other overload.</exception>
    public static void Read(
        DatasetManifest manifest,
        DatasetSplit split,
        ImageView view,
        Func<DatasetFile, Stream> open,
        ImageReceiver receive,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        ReadCounted(manifest, split, receive, counted => ReadAll(manifest, split, view, open, counted, cancellationToken));
    }

    /// <summary>The same of an image folder that is open, and stays so.</summary>
    /// <param name="manifest">The data set's manifest.</param>
    /// <param name="split">The split wanted.</param>
    /// <param name="view">What is kept of a picture.</param>
    /// <param name="folder">The data set's pictures, as <see cref="OpenFolder"/> gives them.</param>
    /// <param name="receive">Takes the images.</param>
    /// <param name="cancellationToken">Ends the reading between two images.</param>
    /// <exception cref="DatasetException">As for the other overload.</exception>
    public static void Read(
        DatasetManifest manifest,
        DatasetSplit split,
        ImageView view,
        ImageFolder folder,
        ImageReceiver receive,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ReadCounted(
            manifest, split, receive, counted => folder.Read(split, manifest.Classes, manifest.HeldOut, view, counted, cancellationToken));
    }

    /// <summary>Opens the pictures of an image folder for as long as something reads them.</summary>
    /// <param name="manifest">The data set's manifest.</param>
    /// <param name="open">Opens a file, seekable, verified against its hash; it is closed when this returns.</param>
    /// <param name="act">Reads them.</param>
    /// <exception cref="DatasetException">As for <see cref="OpenFolder"/>.</exception>
    public static T WithFolder<T>(DatasetManifest manifest, Func<DatasetFile, Stream> open, Func<ImageFolder, T> act)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(act);
        var opened = new List<Stream>();
        try
        {
            using var folder = OpenFolder(manifest, Open);
            return act(folder);
        }
        finally
        {
            foreach (var file in opened) file.Dispose();
        }

        Stream Open(DatasetFile file)
        {
            var content = open(file);
            opened.Add(content);
            return content;
        }
    }

    /// <summary>The pictures of an image folder, by its index where it has one.</summary>
    /// <param name="manifest">The data set's manifest.</param>
    /// <param name="open">Opens a file, seekable, verified against its hash; it stays the caller's and open as long as the folder is read.</param>
    /// <exception cref="DatasetException">A file is not a zip, breaks a limit, or contradicts the index.</exception>
    public static ImageFolder OpenFolder(DatasetManifest manifest, Func<DatasetFile, Stream> open)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(open);
        List<(string Name, DatasetSplit Split, Stream Content)> zips = [.. manifest.ImageFiles.Select(f => (f.Name, f.Split, open(f)))];
        if (manifest.Index is null) return ImageFolder.Open(zips, isStored: true);
        return ImageFolder.Open(zips, PictureIndex.Read(open(manifest.Files.First(f => f.Name == manifest.Index)), manifest));
    }

    private static void ReadCounted(DatasetManifest manifest, DatasetSplit split, ImageReceiver receive, Action<ImageReceiver> read)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(receive);
        var stated = manifest.Images.Of(split);
        var count = 0;
        read(Count);
        if (count != stated) throw new DatasetException(DatasetManifest.FileName, 0, $"The split has {count} images, the manifest says {stated}.");

        void Count(ReadOnlySpan<byte> image, int label)
        {
            if (++count > stated)
                throw new DatasetException(DatasetManifest.FileName, 0, $"The split has more images than the {stated} that the manifest says.");
            receive(image, label);
        }
    }

    private static void ReadAll(
        DatasetManifest manifest,
        DatasetSplit split,
        ImageView view,
        Func<DatasetFile, Stream> open,
        ImageReceiver receive,
        CancellationToken cancellationToken)
    {
        if (manifest.Format == DatasetFormat.ImageFolder)
            ReadFolder();
        else if (view != ImageView.Of(FixedSize))
            throw new DatasetException(DatasetManifest.FileName, 0, $"The images are 32×32; {view.Crop}×{view.Crop} are wanted.");
        else
            ReadRecords(manifest, split, open, Receive);

        // A zip may hold both splits, so that all are opened for either.
        void ReadFolder() => WithFolder(manifest, open, folder =>
        {
            folder.Read(split, manifest.Classes, manifest.HeldOut, view, Receive, cancellationToken);
            return true;
        });

        void Receive(ReadOnlySpan<byte> image, int label)
        {
            cancellationToken.ThrowIfCancellationRequested();
            receive(image, label);
        }
    }

    private static void ReadRecords(DatasetManifest manifest, DatasetSplit split, Func<DatasetFile, Stream> open, ImageReceiver receive)
    {
        var labelBytes = manifest.Format == DatasetFormat.Cifar100Binary ? Cifar100Binary.LabelBytes : 1;
        foreach (var file in manifest.Files.Where(f => f.Split == split))
        {
            using var content = open(file);
            if (manifest.Format == DatasetFormat.SvhnMat) SvhnMat.Read(content, file.Name, receive);
            else CifarRecords.Read(content, file.Name, labelBytes, manifest.Classes.Count, receive);
        }
    }
}
