namespace WrnCloud.Datasets;

/// <summary>Turns the files of a split into images, believing nothing: lengths, hashes, labels and counts are all checked against the manifest.</summary>
public static class DatasetReader
{
    /// <summary>Reads one split.</summary>
    /// <param name="manifest">The data set's manifest.</param>
    /// <param name="split">The split wanted.</param>
    /// <param name="files">Content by file name; files of the other split are ignored.</param>
    /// <exception cref="DatasetException">A file is missing or differs from the manifest, its format is wrong or not supported, or the images are fewer or more than stated.</exception>
    public static LabelledImages Read(DatasetManifest manifest, DatasetSplit split, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(files);
        if (manifest.Format != DatasetFormat.Cifar10Binary)
            throw new DatasetException(DatasetManifest.FileName, 0, $"The format {manifest.Format} is not read by this version.");

        var parts = new List<(string Name, ReadOnlyMemory<byte> Bytes)>();
        foreach (var file in manifest.Files.Where(f => f.Split == split))
        {
            if (!files.TryGetValue(file.Name, out var bytes)) throw new DatasetException(file.Name, 0, "The file is missing.");
            file.Verify(bytes.Span);
            parts.Add((file.Name, bytes));
        }

        var images = Cifar10Binary.Read(parts, manifest.Classes);
        var stated = manifest.Images.Of(split);
        if (images.Count != stated) throw new DatasetException(DatasetManifest.FileName, 0, $"The split has {images.Count} images, the manifest says {stated}.");
        return images;
    }
}
