using System.IO.Compression;
using System.Security.Cryptography;
using TorchSharp;
using WrnCloud.Datasets;
using WrnCloud.Images;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Data;

/// <summary>Photographs that are larger, decoded, than memory or the disk.</summary>
public sealed class StoredImagesTests : IDisposable
{
    private const int Pictures = 40;
    private const int Side = 48;
    private const long Everything = long.MaxValue;
    private static readonly ImageView Evaluated = new(36, 32);
    private static readonly ImageView Trained = ImageView.Of(36);
    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-cache").FullName;
    private readonly Dictionary<string, byte[]> _store = [];
    private readonly DatasetManifest _manifest;
    private int _downloads;

    public StoredImagesTests()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < Pictures; i++)
            {
                using var content = zip.CreateEntry($"{(i % 2 == 0 ? "cat" : "dog")}/{i:D2}.png").Open();
                content.Write(ImageEncoder.Png([.. Enumerable.Range(0, 3 * Side * Side).Select(p => (byte)((p / 96) + (i * 6)))], Side, Side));
            }
        }

        using var folder = ImageFolder.Open([(ImageFolder.PackedName, DatasetSplit.Train, stream)]);
        var set = PictureSet.Of(folder, DrawnSplit.Default, 0);
        _store[ImageFolder.PackedName] = stream.ToArray();
        _store[PictureIndex.FileName] = set.Index.Serialize();
        _manifest = set.ToManifest("pets", [.. _store.Select(f => DatasetFile.Of(f.Key, DatasetSplit.Train, f.Value))]);
    }

    private long FileBytes => _store.Values.Sum(f => (long)f.Length);

    // Training and validation as random squares are cut from them, whose middle is evaluated, and test.
    private static long DecodedBytes => (36 * 3 * 36 * 36) + (4 * 3 * 32 * 32);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task LoadAsync_LargerThanMemory_GivesThePixelsOfDecodingOnceWithoutKeepingThem()
    {
        Assert.True(FileBytes < DecodedBytes);
        for (var time = 0; time < 2; time++)
        {
            using var stored = await LoadAsync(memory: DecodedBytes / 2);
            Assert.True(stored.Train.IsDecodedOnRead);
            Assert.DoesNotContain(Directory.GetFiles(_folder), f => f.EndsWith(".images", StringComparison.Ordinal));
            if (time == 1) AssertSame(await LoadAsync(Everything), stored);
        }

        Assert.Equal(2, _downloads);
    }

    [Fact]
    public async Task LoadAsync_FitsMemory_IsDecodedOnce()
    {
        using var data = await LoadAsync(Everything);

        Assert.False(data.Train.IsDecodedOnRead);
    }

    [Fact]
    public async Task LoadAsync_FilesAreLargerThanThePixels_IsDecodedOnce()
    {
        using var data = await LoadAsync(memory: 1, evaluated: ImageView.Of(4), trained: ImageView.Of(4));

        Assert.False(data.Train.IsDecodedOnRead);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Everything)]
    public async Task LoadAsync_EvaluatedIsTheMiddleOfWhatIsTrainedOn_HasThePixelsOfThatView(long memory)
    {
        using var apart = await LoadAsync(memory, evaluated: new ImageView(36, 31), trained: new ImageView(36, 31));
        using var cropped = await LoadAsync(memory, evaluated: new ImageView(36, 31), trained: ImageView.Of(36));

        AssertSame(apart.Train, cropped.TrainEvaluated);
        AssertSame(apart.Validation!, cropped.Validation!);
        Assert.Equal((36, 36), (cropped.Train.Size, cropped.ValidationTrained!.Size));
        Assert.NotEqual(HashOf(cropped.Train), HashOf(cropped.TrainEvaluated));
    }

    [Fact]
    public async Task LoadAsync_DiskHasRoomForTheFilesOnly_StaysInThem()
    {
        const long labels = 3 * 1024;
        using var data = await LoadAsync(Everything, disk: FileBytes + labels);

        Assert.True(data.Train.IsDecodedOnRead);
        Assert.Equal(36 * 36 * 3, data.Train.Image(31).Length);
    }

    [Fact]
    public async Task LoadAsync_DiskHasNoRoomForTheFiles_IsRefusedBeforeTheFirstDownload()
    {
        await Assert.ThrowsAsync<IOException>(() => LoadAsync(Everything, disk: FileBytes / 2));

        Assert.Equal(0, _downloads);
    }

    [Fact]
    public async Task Images_ManyBatchesAtATime_AreThoseOfDecodedPictures()
    {
        using var stored = await LoadAsync(memory: 1);
        using var decoded = await LoadAsync(Everything);
        var augmentation = Augmentation.Of(Samples.Settings);
        int[] positions = [.. Enumerable.Range(0, 36)];

        await Task.WhenAll(Enumerable.Range(0, 6).Select(epoch => Task.Run(() =>
        {
            using var scope = torch.NewDisposeScope();
            var expected = new BatchAssembler(decoded.TrainAndValidation, Samples.Preprocessor).Images(positions, augmentation, 1, epoch);
            var actual = new BatchAssembler(stored.TrainAndValidation, Samples.Preprocessor).Images(positions, augmentation, 1, epoch);
            Assert.True(actual.equal(expected).all().item<bool>());
        })));
    }

    [Fact]
    public async Task LoadAsync_LabelsDamaged_AreMadeAnew()
    {
        (await LoadAsync(memory: 1)).Dispose();
        foreach (var path in Directory.GetFiles(_folder, "*.labels"))
        {
            var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            bytes[^1] ^= 1;
            await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        }

        using var stored = await LoadAsync(memory: 1);

        AssertSame(await LoadAsync(Everything), stored);
    }

    [Fact]
    public async Task AppendTo_OtherImages_GivesAnotherHash()
    {
        using var stored = await LoadAsync(memory: 1);

        IImageSet[] sets =
        [
            stored.Train,
            stored.TrainEvaluated,
            stored.Test,
            stored.TrainAndValidation,
            new ImageSubset(stored.Train, [1, 2]),
            new ImageSubset(stored.Train, [2, 1]),
        ];

        Assert.Equal(sets.Length, sets.Select(HashOf).Distinct().Count());
        Assert.Equal(HashOf(stored.Train), HashOf(stored.Train));
    }

    [Fact]
    public async Task Image_AfterDispose_Throws()
    {
        var data = await LoadAsync(memory: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Train.Image(data.Train.Count).Length);
        data.Dispose();

        Assert.Throws<ObjectDisposedException>(() => data.Train.Image(0).Length);
    }

    private static string HashOf(IImageSet images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        images.AppendTo(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void AssertSame(LoadedDataset expected, LoadedDataset actual)
    {
        using (expected)
        {
            Assert.Equal(expected.Statistics.Mean, actual.Statistics.Mean);
            Assert.Equal(expected.Statistics.StandardDeviation, actual.Statistics.StandardDeviation);
            Assert.Equal(expected.Names!.Test, actual.Names!.Test);
            AssertSame(expected.Train, actual.Train);
            AssertSame(expected.TrainEvaluated, actual.TrainEvaluated);
            AssertSame(expected.Validation!, actual.Validation!);
            AssertSame(expected.ValidationTrained!, actual.ValidationTrained!);
            AssertSame(expected.Test, actual.Test);
        }
    }

    private static void AssertSame(IImageSet expected, IImageSet actual)
    {
        Assert.Equal((expected.Count, expected.Size), (actual.Count, actual.Size));
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.True(expected.Image(i).SequenceEqual(actual.Image(i)));
            Assert.Equal(expected.Label(i), actual.Label(i));
        }
    }

    private Task<LoadedDataset> LoadAsync(long memory, long disk = Everything, ImageView? evaluated = null, ImageView? trained = null) =>
        new DatasetCache(new LocalCache(_folder, TimeProvider.System, disk), memory).LoadAsync(
            _manifest,
            evaluated ?? Evaluated,
            trained ?? Trained,
            (file, _) =>
            {
                Interlocked.Increment(ref _downloads);
                return Task.FromResult<Stream>(new MemoryStream(_store[file.Name], writable: false));
            },
            TestContext.Current.CancellationToken);
}
