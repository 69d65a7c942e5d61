using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Tests.Storage;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>Manifests that nobody should believe, on a real store.</summary>
public sealed class DatasetCatalogTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly DatasetCatalog _catalog = new(azurite.Blobs);
    private readonly string _name = "d" + new RandomIdSource().NewWriteId();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_OversizedManifest_IsDataInvalidAndHidesNoOther()
    {
        await PutAsync(new byte[DatasetManifest.MaxBytes + 1]);

        Assert.Equal(ErrorCatalogue.DataInvalid, (await Assert.ThrowsAsync<WrnException>(() => _catalog.FindAsync(_name, Token))).Error);
        Assert.DoesNotContain(_name, (await _catalog.ListAsync(null, 50, Token)).Items.Select(d => d.Name));
    }

    [Fact]
    public async Task Find_ManifestOfAnotherName_IsDataInvalid()
    {
        var file = DatasetFile.Of("train.bin", DatasetSplit.Train, [1, 2, 3]);
        var manifest = new DatasetManifest(
            DatasetManifest.CurrentSchema,
            "other",
            DatasetFormat.Cifar10Binary,
            ["a", "b"],
            [file],
            new DatasetSizes(1, 1),
            new ChannelStatistics([0, 0, 0], [1, 1, 1]));
        await PutAsync(manifest.Serialize());

        var refusal = await Assert.ThrowsAsync<WrnException>(() => _catalog.FindAsync(_name, Token));

        Assert.Equal(ErrorCatalogue.DataInvalid, refusal.Error);
        Assert.Contains("'other'", refusal.Message, StringComparison.Ordinal);
    }

    private Task<bool> PutAsync(byte[] manifest) =>
        azurite.Blobs.TryCreateAsync(DatasetCatalog.FileName(_name, DatasetManifest.FileName), manifest, "application/json", Token);
}
