using WrnCloud.Datasets;
using WrnCloud.Images;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Data;

public sealed class DatasetCacheTests : IDisposable
{
    private static readonly LabelledImages Train = Shapes10.Generate(40, 1);
    private static readonly LabelledImages Test = Shapes10.Generate(10, 2);
    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-cache").FullName;
    private readonly Dictionary<string, byte[]> _store = new()
    {
        ["train.bin"] = Cifar10Binary.Write(Train),
        ["test.bin"] = Cifar10Binary.Write(Test),
    };
    private readonly DatasetManifest _manifest;
    private readonly List<string> _downloads = [];

    public DatasetCacheTests() => _manifest = DatasetManifest.Of(
        "x",
        DatasetFormat.Cifar10Binary,
        [DatasetFile.Of("train.bin", DatasetSplit.Train, _store["train.bin"]), DatasetFile.Of("test.bin", DatasetSplit.Test, _store["test.bin"])],
        Train,
        Test);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task LoadAsync_AnyTime_GivesTheImages()
    {
        for (var time = 0; time < 2; time++)
        {
            using var data = await LoadAsync();
            Assert.Equal((40, 10, 32), (data.Train.Count, data.Test.Count, data.Train.Size));
            for (var i = 0; i < 40; i++)
            {
                Assert.True(data.Train.Image(i).SequenceEqual(Train.Image(i)));
                Assert.Equal(Train.Label(i), data.Train.Label(i));
            }

            Assert.Equal(Test.Pixels[^3072..], data.Test.Image(9).ToArray());
            Assert.Equal(_manifest.Statistics, data.Statistics);
            Assert.Equal(_manifest.Statistics.StandardDeviation, Assert.IsType<MappedImages>(data.Train).Statistics.StandardDeviation);
        }

        Assert.Equal(["train.bin", "test.bin"], _downloads);
    }

    [Fact]
    public async Task LoadAsync_TrainsAsFromMemory()
    {
        using var data = await LoadAsync();
        using var scope = TorchSharp.torch.NewDisposeScope();
        var augmentation = Augmentation.Of(Samples.Settings);

        var mapped = new BatchAssembler(data.Train, Samples.Preprocessor).Images([7, 39], augmentation, 1, 2);

        Assert.True(mapped.equal(new BatchAssembler(Train, Samples.Preprocessor).Images([7, 39], augmentation, 1, 2)).all().item<bool>());
    }

    [Fact]
    public async Task LoadAsync_AnyCacheFileDamaged_IsMadeAnew()
    {
        (await LoadAsync()).Dispose();
        var random = new SplitMix64(4);
        for (var i = 0; i < 24; i++)
        {
            foreach (var path in Directory.GetFiles(_folder))
            {
                var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
                if (i % 3 == 0) bytes = bytes[..random.Next(bytes.Length)];
                else bytes[random.Next(i % 2 == 0 ? 128 : bytes.Length)] ^= (byte)(1 << random.Next(8));
                await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
            }

            using var data = await LoadAsync();
            Assert.True(data.Train.Image(31).SequenceEqual(Train.Image(31)));
            Assert.Equal(Test.Label(5), data.Test.Label(5));
        }
    }

    [Fact]
    public async Task LoadAsync_StoreHasOtherBytes_IsRefusedAndNothingIsKept()
    {
        _store["train.bin"][4000] ^= 1;
        Assert.Contains("SHA-256", (await Assert.ThrowsAsync<DatasetException>(LoadAsync)).Message, StringComparison.Ordinal);
        _store["train.bin"] = _store["train.bin"][..^1];
        Assert.Contains("manifest says", (await Assert.ThrowsAsync<DatasetException>(LoadAsync)).Message, StringComparison.Ordinal);
        _store["train.bin"] = [.. Cifar10Binary.Write(Train), 0];
        Assert.Contains("more than", (await Assert.ThrowsAsync<DatasetException>(LoadAsync)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task LoadAsync_SeveralTrainersAtATime_AllGetTheImages()
    {
        var sets = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(LoadAsync)));

        foreach (var data in sets)
        {
            Assert.True(data.Train.Image(12).SequenceEqual(Train.Image(12)));
            data.Dispose();
        }
    }

    [Fact]
    public async Task Image_AfterDispose_Throws()
    {
        var data = await LoadAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Train.Image(40).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Train.Image(-1).Length);
        data.Dispose();

        Assert.Throws<ObjectDisposedException>(() => data.Train.Image(0).Length);
    }

    private Task<LoadedDataset> LoadAsync() => new DatasetCache(new LocalCache(_folder, TimeProvider.System)).LoadAsync(
        _manifest,
        ImageView.Of(32),
        ImageView.Of(32),
        (file, _) =>
        {
            lock (_downloads) _downloads.Add(file.Name);
            return Task.FromResult<Stream>(new MemoryStream(_store[file.Name], writable: false));
        },
        TestContext.Current.CancellationToken);
}
