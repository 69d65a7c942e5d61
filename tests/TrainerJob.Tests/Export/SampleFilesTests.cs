using System.Text.Json;
using WrnCloud.Evaluation;
using WrnCloud.Hosting;
using WrnCloud.Images;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Export;

/// <summary>The pictures beside a version: whoever prepares pictures anew is right where these give what is expected.</summary>
public sealed class SampleFilesTests(TrainedFixture trained) : IClassFixture<TrainedFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("samples-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null)]
    [InlineData(37)]
    public void Make_TestSet_GivesFilesThatDecodeToItsImages(int? resize)
    {
        var (images, files) = (trained.Sample.Model.Plan.Test, Make(resize, null));

        var expected = JsonSerializer.Deserialize<SamplePictures>(files[SamplePictures.FileName], WrnJson.Compact)!;

        Assert.Equal(8, expected.Pictures.Count);
        Assert.Equal([3, 3, 2], expected.Pictures.GroupBy(p => p.Class).Select(g => g.Count()).OrderDescending());
        var seen = Enumerable.Range(0, images.Count).Select(i => Convert.ToHexString(ImagePlanes.Interleave(images.Image(i)))).ToHashSet();
        foreach (var picture in expected.Pictures)
        {
            Assert.Equal(1, picture.Probabilities.Sum(), 1e-5);
            Assert.Contains(Convert.ToHexString(ImageDecoder.Decode(files[$"samples/{picture.File}"], new ImageView(resize ?? 32, 32))), seen);
        }
    }

    [Fact]
    public void Make_OriginalsAtHand_TakesThoseThatAreTheVeryPictures()
    {
        var images = trained.Sample.Model.Plan.Test;
        var chosen = SampleFiles.Choose(images);
        byte[] Original(int position) => ImageEncoder.Png(ImagePlanes.Interleave(images.Image(position)), 32, 32);

        // The second is another picture, the third is none.
        var files = Make(
            null,
            null,
            new Dictionary<int, byte[]> { [chosen[0]] = [.. Original(chosen[0]), 0], [chosen[1]] = Original(chosen[0]), [chosen[2]] = [1, 2, 3] });

        Assert.Equal([.. Original(chosen[0]), 0], files["samples/1.png"]);
        Assert.Equal(images.Image(chosen[1]), ImagePlanes.Separate(ImageDecoder.Decode(files["samples/2.png"], 32)));
        Assert.Equal(images.Image(chosen[2]), ImagePlanes.Separate(ImageDecoder.Decode(files["samples/3.png"], 32)));
    }

    [Fact]
    public async Task Check_PublishedSamples_HoldForProbabilitiesAndDistances()
    {
        Assert.Equal(VerificationOutcome.Passed, (await CheckAsync(_ => { })).Outcome);
    }

    [Fact]
    public async Task Check_PictureExchanged_FailsAndSaysByHowMuch()
    {
        var check = await CheckAsync(files => (files["samples/1.png"], files["samples/2.png"]) = (files["samples/2.png"], files["samples/1.png"]));

        Assert.Equal(VerificationOutcome.Failed, check.Outcome);
    }

    [Fact]
    public async Task Check_DistanceThatIsNotTheNetworks_Fails()
    {
        var check = await CheckAsync(files =>
        {
            var expected = JsonSerializer.Deserialize<SamplePictures>(files[SamplePictures.FileName], WrnJson.Compact)!;
            var changed = expected with { Pictures = [.. expected.Pictures.Select(p => p with { Distance = p.Distance + 0.01 })] };
            files[SamplePictures.FileName] = JsonSerializer.SerializeToUtf8Bytes(changed, WrnJson.Compact);
        });

        Assert.Equal(VerificationOutcome.Failed, check.Outcome);
    }

    [Theory]
    [InlineData("samples/3.png")]
    [InlineData("samples/expected.json")]
    public async Task Check_FileCutInHalf_Fails(string file) =>
        Assert.Equal(VerificationOutcome.Failed, (await CheckAsync(files => files[file] = files[file][..(files[file].Length / 2)])).Outcome);

    private async Task<VerificationCheck> CheckAsync(Action<Dictionary<string, byte[]>> change)
    {
        var sample = trained.Sample;
        var distance = FeatureDistance.Fit(sample.Model.Completed.Test.Features!)!;
        var metadata = sample.Metadata() with
        {
            Temperature = 1.5,
            Distance = distance,
            DistanceQuantiles = FeatureDistance.Quantiles([1, 2]),
            Resize = 37,
        };
        var files = new Dictionary<string, byte[]>(Make(37, distance));
        change(files);
        Directory.CreateDirectory(Path.Combine(_folder, SamplePictures.Folder));
        foreach (var (name, bytes) in files) await File.WriteAllBytesAsync(Path.Combine(_folder, name), bytes, TestContext.Current.CancellationToken);
        return await SampleCheck.CheckAsync(
            _folder, sample.Onnx(metadata), OnnxExporter.Signature(sample.Model.Network, metadata), TestContext.Current.CancellationToken);
    }

    private IReadOnlyDictionary<string, byte[]> Make(int? resize, FeatureDistance? distance, IReadOnlyDictionary<int, byte[]>? originals = null)
    {
        var model = trained.Sample.Model;
        return SampleFiles.Make(
            model.Plan.Test,
            model.Completed.Test,
            trained.Sample.Evaluation() with { Temperature = 1.5 },
            distance,
            originals ?? new Dictionary<int, byte[]>(),
            resize);
    }
}
