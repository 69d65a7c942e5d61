using System.Text.Json;
using WrnCloud.Datasets;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Export;

public sealed class ModelVerifierTests(TrainedFixture trained) : IClassFixture<TrainedFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("verify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Check_PublishedFiles_PassesAndSkipsTheTestSetWithoutAStore()
    {
        var sample = trained.Sample;
        Write(sample);

        var report = await CheckAsync();

        Assert.True(report.Passed, string.Join('\n', report.Checks));
        Assert.Equal(
            [
                ("weights", VerificationOutcome.Passed),
                ("signature", VerificationOutcome.Passed),
                ("metadata", VerificationOutcome.Passed),
                ("parity on random pictures", VerificationOutcome.Passed),
                ("samples", VerificationOutcome.Skipped),
                ("parity on the test set", VerificationOutcome.Skipped),
            ],
            report.Checks.Select(c => (c.Name, c.Outcome)));
    }

    [Fact]
    public async Task Check_VersionFromBeforeTemperatures_PassesAndSkipsWhatItHasNot()
    {
        var sample = trained.Sample;
        Write(sample);
        var signature = OnnxExporter.Signature(sample.Model.Network, sample.Metadata()) with { Preprocessing = null, Temperature = null };
        Put(ModelSignature.FileName, JsonSerializer.SerializeToUtf8Bytes(signature, WrnJson.Indented));

        var report = await CheckAsync();

        Assert.True(report.Passed, string.Join('\n', report.Checks));
        Assert.Equal(VerificationOutcome.Skipped, report.Checks.Single(c => c.Name == "samples").Outcome);
    }

    [Fact]
    public async Task Check_TemperatureThatIsNotTheModels_FailsMetadataAndParity()
    {
        var sample = trained.Sample;
        Write(sample);
        Put(ModelPublisher.OnnxFile, sample.Onnx(sample.Metadata() with { Temperature = 2 }));

        Assert.Equal(["metadata", "parity on random pictures"], Failed(await CheckAsync()));
    }

    [Fact]
    public async Task Check_OnnxOfAnotherNetwork_FailsParity()
    {
        var sample = trained.Sample;
        using var other = await TrainedSample.CreateAsync(seed: 8);
        Write(sample);
        File.WriteAllBytes(Path.Combine(_folder, ModelPublisher.OnnxFile), other.Onnx());

        Assert.Equal(["parity on random pictures"], Failed(await CheckAsync()));
    }

    [Fact]
    public async Task Check_OnnxOfAnotherArchitecture_FailsItsMetadataToo()
    {
        var sample = trained.Sample;
        using var other = await TrainedSample.CreateAsync("WRN-16-1");
        Write(sample);
        File.WriteAllBytes(Path.Combine(_folder, ModelPublisher.OnnxFile), other.Onnx());

        Assert.Equal(["metadata", "parity on random pictures"], Failed(await CheckAsync()));
    }

    [Fact]
    public async Task Check_BitFlippedInAWeight_FailsParity()
    {
        var sample = trained.Sample;
        Write(sample);
        var path = Path.Combine(_folder, ArtifactFile.Weights);
        var bytes = File.ReadAllBytes(path);

        // The last tensor in ordinal order is group3's: the high bit of an exponent turns a weight into a huge number or a tiny one.
        bytes[^1] ^= 0x40;
        File.WriteAllBytes(path, bytes);

        Assert.Equal(["parity on random pictures"], Failed(await CheckAsync()));
    }

    [Theory]
    [InlineData("model.onnx", "model")]
    [InlineData("weights.safetensors", "files")]
    [InlineData("signature.json", "signature")]
    [InlineData("receipt.json", "files")]
    public async Task Check_FileCutInHalf_FailsItsCheck(string file, string check)
    {
        var sample = trained.Sample;
        Write(sample);
        var path = Path.Combine(_folder, file);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);

        Assert.Contains(check, Failed(await CheckAsync()));
    }

    [Fact]
    public async Task Check_WhitenedImages_NeedsTheWhitening()
    {
        var whitening = SampleWhitening.Random(4);
        var (train, test) = (Shapes10.Generate(64, 1), Shapes10.Generate(20, 2));
        var plan = new TrainingPlan(
            Samples.Spec("WRN-10-1"),
            Samples.Settings with { MaxSteps = 4, Preprocessing = Preprocessing.Zca },
            train,
            test,
            ChannelStatistics.Of(train),
            7,
            2,
            whitening);
        using var sample = await TrainedSample.CreateAsync(plan);
        Write(sample);

        var without = await CheckAsync();
        Put(WhiteningFile.FileName, WhiteningFile.Write(whitening));
        var with = await CheckAsync();

        Assert.Contains(WhiteningFile.FileName, Assert.Single(without.Checks).Detail, StringComparison.Ordinal);
        Assert.True(with.Passed, string.Join('\n', with.Checks));
    }

    [Fact]
    public async Task Check_FileMissing_FailsAndNamesIt()
    {
        var sample = trained.Sample;
        Write(sample);
        File.Delete(Path.Combine(_folder, ModelPublisher.OnnxFile));

        var report = await CheckAsync();

        Assert.Contains(ModelPublisher.OnnxFile, Assert.Single(report.Checks).Detail, StringComparison.Ordinal);
        Assert.False(report.Passed);
    }

    private static IEnumerable<string> Failed(VerificationReport report) =>
        report.Checks.Where(c => c.Outcome == VerificationOutcome.Failed).Select(c => c.Name);

    private Task<VerificationReport> CheckAsync() =>
        new ModelVerifier(null, TimeProvider.System).CheckAsync(_folder, TestContext.Current.CancellationToken);

    private void Write(TrainedSample sample)
    {
        var (model, job) = (sample.Model, sample.Job);
        var receipt = new Receipt
        {
            JobId = job.Id,
            Attempt = job.Attempt,
            Version = 1,
            Resolved = job.Resolved,
            ConfigHash = job.ConfigHash,
            DatasetFiles = [],
            CodeVersion = "test",
            Packages = new Dictionary<string, string>(),
            Machine = Provenance.Machine(model.Platform),
            Threads = model.Plan.Threads,
            Precision = Samples.Precision,
            Resumes = job.Resumes,
            Artefacts = [],
        };
        Put(ModelPublisher.OnnxFile, sample.Onnx());
        Put(ArtifactFile.Weights, sample.Weights().ToBytes());
        Put(ModelSignature.FileName, JsonSerializer.SerializeToUtf8Bytes(OnnxExporter.Signature(model.Network, sample.Metadata()), WrnJson.Indented));
        Put(Receipt.FileName, JsonSerializer.SerializeToUtf8Bytes(receipt, WrnJson.Indented));
    }

    private void Put(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(_folder, name), bytes);
}
