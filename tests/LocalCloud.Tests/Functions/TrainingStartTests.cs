using WrnCloud.Contracts.Models;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Models;
using WrnCloud.Weights;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>Requests that start from a published version, on a real store.</summary>
public sealed class TrainingStartTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly ArtifactFile Weights = new(ArtifactFile.Weights, 5, new string('e', 64));

    private readonly ModelRegistry _registry = new(azurite.Blobs, TimeProvider.System);
    private readonly TrainingRequestValidator _validator = new(
        new DatasetCatalog(azurite.Blobs), new ModelRegistry(azurite.Blobs, TimeProvider.System), new WeightsCatalog(azurite.Blobs));
    private readonly string _model = "m" + new RandomIdSource().NewWriteId();
    private readonly string _dataset = "d" + new RandomIdSource().NewWriteId();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("@1", 1, true)]
    [InlineData("@2", 2, false)]
    [InlineData(":stable", 1, true)]
    [InlineData("", 2, false)]
    public async Task Resolve_PublishedVersion_IsPinnedWithItsWeights(string which, int version, bool newHead)
    {
        await PublishAsync(1, m => m with { Classes = ["a", "c"], Files = [Weights] });
        await PublishAsync(
            2, m => m with { Files = [new ArtifactFile("model.onnx", 1, new string('f', 64)), Weights with { Sha256 = new string('d', 64) }] });
        await _registry.SetAliasAsync(_model, "stable", 1, "somebody", null, Token);

        var resolved = await ResolveAsync(new InitRequest { From = _model + which, Freeze = Freeze.Group2 });

        Assert.Equal(new ResolvedInit(_model, version, new string(version == 1 ? 'e' : 'd', 64), newHead, Freeze.Group2), resolved.Init);
        Assert.NotEqual((resolved with { Init = null }).ConfigHash(), resolved.ConfigHash());
    }

    [Fact]
    public async Task Resolve_BuiltInWeights_BringTheirNetworkAndTakeANewClassifier()
    {
        var resolved = await ResolveAsync(new InitRequest { From = "resnet18", Freeze = Freeze.Group2 }, network: null);

        Assert.Equal(("ResNet-2-2-2-3", 32), (resolved.Model, resolved.ImageSize));
        Assert.Equal(
            ("resnet18", null, true, Freeze.Group2), (resolved.Init!.Name, resolved.Init.Version, resolved.Init.NewHead, resolved.Init.Freeze));
        Assert.Contains("MIT", resolved.Init.Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_BuiltInWeightsOfAnotherNetwork_NamesBoth()
    {
        var refusal = await RefusalAsync("resnet18");

        Assert.Equal("/init/from", Assert.Single(refusal.FieldErrors).Pointer);
        Assert.Contains("ResNet-2-2-2-3", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("WRN-10-1", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DatasetFormat.ImageFolder, null, 224, 256)]
    [InlineData(DatasetFormat.ImageFolder, 64, 64, 73)]
    [InlineData(DatasetFormat.Cifar10Binary, null, 32, null)]
    public async Task Resolve_PhotoRecipe_StartsFromTheBuiltInWeights(DatasetFormat format, int? asked, int size, int? resize)
    {
        var resolved = await ResolveAsync(null, network: null, asked, "photo/finetune", format);

        Assert.Equal(("ResNet-2-2-2-3", size, resize), (resolved.Model, resolved.ImageSize, resolved.Resize));
        Assert.Equal(("resnet18", Freeze.Group2), (resolved.Init!.Name, resolved.Init.Freeze));
        Assert.Equal(0.1, resolved.Settings.ValidationShare);
    }

    [Fact]
    public async Task Resolve_PhotographsAndNothingElse_AreTriedInSeveralWays()
    {
        var resolved = await ResolveAsync(null, network: null, recipe: null, format: DatasetFormat.ImageFolder, train: 999);

        Assert.Equal(("photo/auto", "ResNet-2-2-2-3", 224), (resolved.Recipe, resolved.Model, resolved.ImageSize));
        Assert.Equal((TrainingMethod.Auto, new DatasetSizes(999, 1)), (resolved.Settings.Method, resolved.Images));
    }

    [Theory]
    [InlineData(DatasetFormat.Cifar10Binary, null)]
    [InlineData(DatasetFormat.ImageFolder, "WRN-10-1")]
    public async Task Resolve_NoRecipeForWhatHasNoDefault_IsRefused(DatasetFormat format, string? network)
    {
        var refusal = await Assert.ThrowsAsync<WrnException>(() => ResolveAsync(null, network, recipe: null, format: format));

        Assert.Contains(refusal.FieldErrors, e => e.Pointer == "/recipe");
    }

    [Theory]
    [InlineData(null, Freeze.Group2)]
    [InlineData(Freeze.None, Freeze.None)]
    public async Task Resolve_OwnWeightsWithAPhotoRecipe_KeepTheRecipesFreezeUnlessToldOtherwise(Freeze? asked, Freeze expected)
    {
        await PublishAsync(1, m => m with { Architecture = "ResNet-18", Files = [Weights] });

        var resolved = await ResolveAsync(new InitRequest { From = $"{_model}@1", Freeze = asked }, network: null, recipe: "photo/finetune");

        Assert.Equal(("ResNet-18", expected), (resolved.Model, resolved.Init!.Freeze));
    }

    [Fact]
    public async Task Resolve_PublishedVersion_BringsItsNetwork()
    {
        await PublishAsync(1, m => m with { Architecture = "WRN-10-1", Files = [Weights] });

        Assert.Equal("WRN-10-1", (await ResolveAsync(new InitRequest { From = $"{_model}@1" }, network: null)).Model);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(224)]
    public async Task Resolve_OtherSizeThanTheDataHas_IsRefused(int size)
    {
        var refusal = await Assert.ThrowsAsync<WrnException>(() => ResolveAsync(new InitRequest { From = "resnet18" }, network: null, size));

        var error = Assert.Single(refusal.FieldErrors);
        Assert.Equal(("/imageSize", "32"), (error.Pointer, error.Allowed));
    }

    [Fact]
    public async Task Resolve_AnotherNetworksVersion_NamesBoth()
    {
        await PublishAsync(1, m => m with { Architecture = "WRN-16-2", Files = [Weights] });

        var refusal = await RefusalAsync($"{_model}@1");

        Assert.Equal((ErrorCatalogue.InitInvalid, 422), (refusal.Error, refusal.Error.Status));
        Assert.Contains("WRN-16-2", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("WRN-10-1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_VersionThatFailedParity_IsNotServable()
    {
        await PublishAsync(1, m => m with { Parity = m.Parity with { Passed = false }, Files = [Weights] });

        Assert.Equal(ErrorCatalogue.ModelNotServable, (await RefusalAsync($"{_model}@1")).Error);
    }

    [Fact]
    public async Task Resolve_VersionWithoutWeights_IsRefused()
    {
        await PublishAsync(1, m => m);

        Assert.Equal(ErrorCatalogue.InitInvalid, (await RefusalAsync($"{_model}@1")).Error);
    }

    [Theory]
    [InlineData("@7")]
    [InlineData(":nobody")]
    public async Task Resolve_NoSuchVersion_IsNotFound(string which)
    {
        await PublishAsync(1, m => m with { Files = [Weights] });

        Assert.Equal(ErrorCatalogue.ModelNotFound, (await RefusalAsync(_model + which)).Error);
        Assert.Equal(ErrorCatalogue.ModelNotFound, (await RefusalAsync("none" + which)).Error);
    }

    private async Task<WrnException> RefusalAsync(string from) =>
        await Assert.ThrowsAsync<WrnException>(() => ResolveAsync(new InitRequest { From = from }));

    private async Task PublishAsync(int version, Func<ModelVersion, ModelVersion> change)
    {
        Assert.Equal(version, await _registry.ReserveVersionAsync(_model, $"job{version}", Token));
        await _registry.PublishAsync(change(SampleModels.Version(_model, version, $"job{version}")), Token);
    }

    private async Task<ResolvedTraining> ResolveAsync(
        InitRequest? init,
        string? network = "WRN-10-1",
        int? size = null,
        string? recipe = "fast/shapes10",
        DatasetFormat format = DatasetFormat.Cifar10Binary,
        int train = 1)
    {
        var file = DatasetFile.Of("train.bin", DatasetSplit.Train, [1, 2, 3]);
        var manifest = new DatasetManifest(
            DatasetManifest.CurrentSchema,
            _dataset,
            format,
            ["a", "b"],
            [file],
            new DatasetSizes(train, 1),
            new ChannelStatistics([0, 0, 0], [1, 1, 1]));
        await azurite.Blobs.TryCreateAsync(
            DatasetCatalog.FileName(_dataset, DatasetManifest.FileName), manifest.Serialize(), "application/json", Token);
        var request = new TrainingRequest { Model = network, ImageSize = size, Dataset = _dataset, Recipe = recipe, Init = init };
        return await _validator.ResolveAsync(request, [], Token);
    }
}
