using WrnCloud.Datasets;
using WrnCloud.Storage;

namespace WrnCloud.Cli.Pushing;

/// <summary>A data set on this side: its images, and the files as they will be stored.</summary>
internal sealed record LocalDataset(
    DatasetManifest Manifest, IReadOnlyList<(string Name, ReadOnlyMemory<byte> Bytes)> Files, LabelledImages Train, LabelledImages Test)
{
    /// <summary>Builds a data set from files in CIFAR-10's binary form, checking every record.</summary>
    /// <exception cref="DatasetException">A file breaks the format.</exception>
    /// <exception cref="UsageException">A name may not be stored.</exception>
    public static LocalDataset Of(
        string name, IReadOnlyList<string> classes, IReadOnlyList<(string Name, ReadOnlyMemory<byte> Bytes)> train, IReadOnlyList<(string Name, ReadOnlyMemory<byte> Bytes)> test)
    {
        foreach (var segment in train.Concat(test).Select(f => f.Name).Append(name))
        {
            if (!BlobName.IsSegment(segment)) throw new UsageException($"'{segment}' can't be a name in the store: use a-z, 0-9, '.', '_' and '-', at most 63.");
        }

        var (trainImages, testImages) = (Cifar10Binary.Read(train, classes), Cifar10Binary.Read(test, classes));
        List<DatasetFile> described =
        [
            .. train.Select(f => DatasetFile.Of(f.Name, DatasetSplit.Train, f.Bytes.Span)),
            .. test.Select(f => DatasetFile.Of(f.Name, DatasetSplit.Test, f.Bytes.Span)),
        ];
        var manifest = DatasetManifest.Of(name, DatasetFormat.Cifar10Binary, described, trainImages, testImages);
        return new LocalDataset(manifest, [.. train, .. test], trainImages, testImages);
    }
}
