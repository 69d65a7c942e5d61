using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Contracts.Jobs;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Safetensors;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Checkpoints;

namespace WrnCloud.TrainerJob.Tests.Checkpoints;

public sealed class CheckpointStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly CheckpointStore _store = new(azurite.Blobs, NullLogger<CheckpointStore>.Instance);
    private readonly Job _job = SampleJobs.Accepted() with { Attempt = 1 };

    [Fact]
    public async Task FindLatestAsync_SavedOnes_GivesTheNewestBack()
    {
        await _store.SaveAsync(_job, Checkpoint(10), null, None);
        await _store.SaveAsync(_job, Checkpoint(20), 0.5, None);

        var found = await _store.FindLatestAsync(_job, null, None);

        Assert.Equal(1, found!.Value.Attempt);
        Assert.Equal(Checkpoint(20).Position, found.Value.Checkpoint.Position);
        Assert.Equal(Checkpoint(20).Files["model.safetensors"].ToBytes(), found.Value.Checkpoint.Files["model.safetensors"].ToBytes());
        Assert.Equal(10, (await _store.FindLatestAsync(_job, 20, None))!.Value.Checkpoint.Position.Step);
    }

    [Theory]
    [InlineData("model.safetensors", true)]
    [InlineData("optimizer.safetensors", true)]
    [InlineData("model.safetensors", false)]
    [InlineData("manifest.json", false)]
    public async Task FindLatestAsync_NewestDamaged_FallsBackToTheOneBefore(string file, bool flip)
    {
        await _store.SaveAsync(_job, Checkpoint(10), null, None);
        await _store.SaveAsync(_job, Checkpoint(20), null, None);
        var name = JobStore.AttemptFolder(_job.Id, 1).Child("checkpoints", "0000000020", file);
        if (flip) await FlipAsync(name);
        else await azurite.Blobs.DeleteAsync(name, None);

        var found = await _store.FindLatestAsync(_job, null, None);

        Assert.Equal(10, found!.Value.Checkpoint.Position.Step);
    }

    [Fact]
    public async Task FindLatestAsync_AnotherConfigurations_IsNotTaken()
    {
        await _store.SaveAsync(_job, Checkpoint(10), null, None);

        Assert.Null(await _store.FindLatestAsync(_job with { ConfigHash = new string('f', 64) }, null, None));
    }

    [Fact]
    public async Task SaveAsync_Many_KeepsTheLastTwoAndTheBest()
    {
        foreach (var (step, top1) in new[] { (10, 0.3), (20, 0.9), (30, 0.5), (40, 0.6), (50, 0.7) })
            await _store.SaveAsync(_job, Checkpoint(step), top1, None);

        Assert.Equal([20, 40, 50], await StepsAsync());
    }

    [Fact]
    public async Task SaveAsync_SecondAttempt_RemovesTheFirstOnesOnceItHasTwoItself()
    {
        await _store.SaveAsync(_job, Checkpoint(10), null, None);
        var second = _job with { Attempt = 2 };

        await _store.SaveAsync(second, Checkpoint(20), null, None);
        Assert.Equal([10, 20], await StepsAsync());

        await _store.SaveAsync(second, Checkpoint(30), null, None);
        Assert.Equal([20, 30], await StepsAsync());
        Assert.Equal(2, (await _store.FindLatestAsync(_job, null, None))!.Value.Attempt);
    }

    internal static CheckpointFiles Checkpoint(int step)
    {
        var values = new SafetensorsTensor(TensorType.F32, [2], BitConverter.GetBytes((long)step));
        var file = new SafetensorsFile(new Dictionary<string, SafetensorsTensor> { ["w"] = values }, new Dictionary<string, string>());
        var files = new Dictionary<string, SafetensorsFile> { [CheckpointFiles.ModelFile] = file, [CheckpointFiles.OptimizerFile] = file };
        return new CheckpointFiles(files, new CheckpointPosition(step / 10, step, 0.5 * step, 1, 2, Precision.Fp32, 0.25, 1));
    }

    private async Task<List<int>> StepsAsync()
    {
        var steps = new List<int>();
        await foreach (var path in azurite.Blobs.ListAsync(Containers.Jobs, $"{_job.Id}/attempts/", None))
        {
            if (path.EndsWith("manifest.json", StringComparison.Ordinal)) steps.Add(int.Parse(path.Split('/')[^2]));
        }

        return [.. steps.Order()];
    }

    private async Task FlipAsync(BlobName name)
    {
        var bytes = (await azurite.Blobs.ReadAsync(name, None))!.Bytes.ToArray();
        bytes[^1] ^= 1;
        await azurite.Blobs.Client.GetBlobContainerClient(name.Container)
            .GetBlobClient(name.Path)
            .UploadAsync(new BinaryData(bytes), overwrite: true, None);
    }
}
