using WrnCloud.Datasets;

namespace WrnCloud.Evidence;

/// <summary>The complete CIFAR-10 from its binary files.</summary>
internal sealed record CifarData(LabelledImages Train, LabelledImages Test, ChannelStatistics Statistics)
{
    public static CifarData Read(DirectoryInfo folder)
    {
        var train = Read(folder, [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")]);
        return new CifarData(train, Read(folder, ["test_batch.bin"]), ChannelStatistics.Of(train));
    }

    private static LabelledImages Read(DirectoryInfo folder, IReadOnlyList<string> names) => Cifar10Binary.Read(
        [.. names.Select(n => (n, (ReadOnlyMemory<byte>)File.ReadAllBytes(Path.Combine(folder.FullName, n))))], Cifar10Binary.Cifar10Classes);
}
