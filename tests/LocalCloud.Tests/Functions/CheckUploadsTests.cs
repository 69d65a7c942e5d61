using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Functions.Datasets;
using WrnCloud.Functions.Uploads;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>Data sets whose files are not what their manifests declare, on a real store.</summary>
public sealed class CheckUploadsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly string _name = "d" + new RandomIdSource().NewWriteId();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private CheckUploads Uploads => new(azurite.Blobs, new DatasetCatalog(azurite.Blobs));

    [Fact]
    public async Task Require_EveryFileThere_Passes()
    {
        await PutAsync("train.bin", [1, 2, 3]);
        await PutAsync("test.bin", [4]);

        await Uploads.RequireWholeAsync(_name, await DeclareAsync(), Token);
    }

    [Fact]
    public async Task Require_FileMissing_NamesIt()
    {
        await PutAsync("train.bin", [1, 2, 3]);

        await AssertRefusedAsync("test.bin has not been uploaded");
    }

    [Fact]
    public async Task Require_FileOfAnotherLength_NamesBoth()
    {
        await PutAsync("train.bin", [1, 2, 3]);
        await PutAsync("test.bin", [4, 5]);

        await AssertRefusedAsync("test.bin has 2 bytes; its manifest declares 1");
    }

    [Fact]
    public async Task Require_FileOfTheSameLengthAndOtherBytes_NamesTheHashes()
    {
        await PutAsync("train.bin", [1, 2, 4]);
        await PutAsync("test.bin", [4]);

        await AssertRefusedAsync("train.bin has the SHA-256 ");
    }

    [Fact]
    public async Task List_WhatIsNotWhole_IsNotThere()
    {
        await PutAsync("train.bin", [1, 2, 3]);
        await DeclareAsync();
        var manifest = (await new DatasetCatalog(azurite.Blobs).FindAsync(_name, Token))!;

        Assert.False(await Uploads.IsWholeAsync(manifest, Token));
        await PutAsync("test.bin", [4]);
        Assert.True(await Uploads.IsWholeAsync(manifest, Token));
        Assert.Equal([true, false, null], [
            await Uploads.IsThereAsync(_name, "test.bin", 1, manifest.Files[1].Sha256, Token),
            await Uploads.IsThereAsync(_name, "test.bin", 1, manifest.Files[0].Sha256, Token),
            await Uploads.IsThereAsync(_name, "none.bin", 1, manifest.Files[0].Sha256, Token)]);
    }

    [Fact]
    public async Task Delete_AnyState_LeavesNothingAndIsThenUnknown()
    {
        var delete = new DeleteDataset(azurite.Blobs, new DatasetCatalog(azurite.Blobs), new JobStore(azurite.Blobs, new RandomIdSource()));
        await PutAsync("train.bin", [1, 2, 3]);
        await delete.HandleAsync(_name, Token);
        Assert.Null(await Uploads.IsThereAsync(_name, "train.bin", 3, new string('0', 64), Token));
        await PutAsync("train.bin", [1, 2, 3]);
        await PutAsync("test.bin", [4]);
        await Uploads.RequireWholeAsync(_name, await DeclareAsync(), Token);

        await delete.HandleAsync(_name, Token);

        Assert.Equal(ErrorCatalogue.DatasetUnknown, (await Assert.ThrowsAsync<WrnException>(() => delete.HandleAsync(_name, Token))).Error);
        Assert.Empty(await azurite.Blobs.ListAsync(Containers.Datasets, $"{_name}/", Token).ToListAsync(Token));
    }

    private async Task AssertRefusedAsync(string detail)
    {
        var hash = await DeclareAsync();
        var refusal = await Assert.ThrowsAsync<WrnException>(() => Uploads.RequireWholeAsync(_name, hash, Token));

        Assert.Equal(ErrorCatalogue.UploadMismatch, refusal.Error);
        Assert.Contains(detail, refusal.Message, StringComparison.Ordinal);
    }

    private async Task<string> DeclareAsync()
    {
        DatasetFile[] files = [DatasetFile.Of("train.bin", DatasetSplit.Train, [1, 2, 3]), DatasetFile.Of("test.bin", DatasetSplit.Test, [4])];
        var manifest = new DatasetManifest(
            DatasetManifest.CurrentSchema,
            _name,
            DatasetFormat.Cifar10Binary,
            ["a", "b"],
            files,
            new DatasetSizes(1, 1),
            new ChannelStatistics([0, 0, 0], [1, 1, 1]));
        await PutAsync(DatasetManifest.FileName, manifest.Serialize());
        return manifest.DatasetHash;
    }

    private Task<bool> PutAsync(string file, byte[] content) =>
        azurite.Blobs.TryCreateAsync(DatasetCatalog.FileName(_name, file), content, "application/octet-stream", Token);
}
