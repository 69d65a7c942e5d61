using System.IO.Compression;
using WrnCloud.Datasets;
using WrnCloud.Images;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Hosting;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Data;

/// <summary>Data sets whose pictures and splits are listed.</summary>
public sealed class IndexedDatasetTests : IDisposable
{
    private const int Pictures = 40;
    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-cache").FullName;
    private readonly Dictionary<string, byte[]> _store = [];
    private readonly DatasetManifest _manifest;

    public IndexedDatasetTests()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < Pictures; i++)
            {
                using var content = zip.CreateEntry($"{(i % 2 == 0 ? "cat" : "dog")}/{i:D2}.png").Open();
                content.Write(ImageEncoder.Png([.. Enumerable.Repeat((byte)(i * 6), 3 * 36 * 36)], 36, 36));
            }
        }

        using var folder = ImageFolder.Open([(ImageFolder.PackedName, DatasetSplit.Train, stream)]);
        var set = PictureSet.Of(folder, DrawnSplit.Default, 0);
        _store[ImageFolder.PackedName] = stream.ToArray();
        _store[PictureIndex.FileName] = set.Index.Serialize();
        _manifest = set.ToManifest("pets", [.. _store.Select(f => DatasetFile.Of(f.Key, DatasetSplit.Train, f.Value))]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task LoadAsync_AnyTime_GivesEachSplitWithItsNames()
    {
        for (var time = 0; time < 2; time++)
        {
            using var data = await LoadAsync();

            Assert.Equal((32, 4, 4), (data.Train.Count, data.Validation!.Count, data.Test.Count));
            Assert.Equal((36, 32, 32, 36), (data.Train.Size, data.TrainEvaluated.Size, data.Validation.Size, data.ValidationTrained!.Size));
            Assert.Equal(Enumerable.Range(0, 4).Select(i => Name(data.Validation, i)), data.Names!.Validation);
            Assert.Equal(Enumerable.Range(0, 4).Select(i => Name(data.Test, i)), data.Names.Test);
            Assert.Equal(Enumerable.Range(0, 32).Select(i => Name(data.TrainEvaluated, i)), data.Names.Train);
            Assert.Equal(Pictures, data.Names.Train.Concat(data.Names.Validation).Concat(data.Names.Test).Distinct().Count());
        }
    }

    [Fact]
    public async Task Of_RecipeThatLetsValidationDecide_NeverTrainsOnIt()
    {
        using var data = await LoadAsync();

        var (train, _, validation) = TrainingSplit.Of(data, Samples.Settings with { ValidationShare = 0.3 });

        Assert.Same(data.Train, train);
        Assert.Same(data.Validation, validation);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, 0.0)]
    [InlineData(TrainingMethod.Head, 0.1)]
    public async Task Of_RecipeThatLetsNothingDecide_TrainsOnValidationToo(TrainingMethod? method, double? share)
    {
        using var data = await LoadAsync();

        var (train, _, validation) = TrainingSplit.Of(data, Samples.Settings with { Method = method, ValidationShare = share });

        Assert.Null(validation);
        Assert.Equal((36, 36), (train.Count, train.Size));
        Assert.True(train.Image(31).SequenceEqual(data.Train.Image(31)));
        Assert.True(train.Image(35).SequenceEqual(data.ValidationTrained!.Image(3)));
        Assert.Equal(data.ValidationTrained.Label(1), train.Label(33));
    }

    [Fact]
    public async Task ReadTestPicturesAsync_OnDisk_GivesTheFilesAsTheyWerePushed()
    {
        Assert.Empty(await OriginalsAsync());
        using var data = await LoadAsync();

        var originals = await OriginalsAsync();

        Assert.Equal([1, 3], originals.Keys.Order());
        foreach (var (position, file) in originals)
            Assert.Equal(data.Test.Image(position), ImagePlanes.Separate(ImageDecoder.Decode(file, new ImageView(36, 32))));
    }

    // Of four test pictures there is no fifth.
    private Task<IReadOnlyDictionary<int, byte[]>> OriginalsAsync() => new DatasetCache(new LocalCache(_folder, TimeProvider.System))
        .ReadTestPicturesAsync(_manifest, [3, 1, 4], TestContext.Current.CancellationToken);

    private static string Name(IImageSet images, int i) => $"{(images.Label(i) == 0 ? "cat" : "dog")}/{images.Image(i)[0] / 6:D2}.png";

    private Task<LoadedDataset> LoadAsync() => new DatasetCache(new LocalCache(_folder, TimeProvider.System)).LoadAsync(
        _manifest,
        new ImageView(36, 32),
        ImageView.Of(36),
        (file, _) => Task.FromResult<Stream>(new MemoryStream(_store[file.Name], writable: false)),
        TestContext.Current.CancellationToken);
}
