using Azure.Storage.Blobs;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Storage;
using WrnCloud.Weights;

namespace WrnCloud.Shared.Tests.Jobs;

/// <summary>Requests that are refused before the store is asked: the account named here does not exist.</summary>
public sealed class TrainingRequestValidatorTests
{
    private static readonly BlobStore Store = new(new BlobServiceClient(new Uri("http://127.0.0.1:9/none")), new RandomIdSource());

    private readonly TrainingRequestValidator _validator = new(
        new DatasetCatalog(Store), new ModelRegistry(Store, TimeProvider.System), new WeightsCatalog(Store));

    private readonly List<FieldError> _errors = [];

    [Fact]
    public async Task ResolveAsync_EmptyRequest_NamesEveryMissingField()
    {
        var refusal = await RefusalAsync(new TrainingRequest());

        Assert.Equal(["/dataset", "/model", "/recipe"], refusal.FieldErrors.Select(e => e.Pointer).Order());
        Assert.All(refusal.FieldErrors, e => Assert.Equal("The field is required.", e.Detail));
        Assert.Equal("3 fields are wrong.", refusal.Message);
        Assert.Equal(ErrorCatalogue.ValueInvalid, refusal.Error);
    }

    [Fact]
    public async Task ResolveAsync_EverythingWrong_NamesEveryField()
    {
        var refusal = await RefusalAsync(new TrainingRequest
        {
            Model = "WRN-17-2",
            Dataset = "https://example.org/cifar.zip",
            Recipe = "paper/mnist",
            Overrides = new SettingOverrides { Epochs = 0 },
            Seed = -1,
            MaxMinutes = 0,
            PublishAs = "../x",
        });

        Assert.Equal(
            [
                ("/dataset", "url-not-allowed"), ("/maxMinutes", "value-invalid"), ("/model", "spec-invalid"), ("/overrides/epochs", "value-invalid"),
                ("/publishAs", "name-invalid"), ("/recipe", "recipe-unknown"), ("/seed", "value-invalid"),
            ],
            refusal.FieldErrors.Select(e => (e.Pointer, e.Code)).Order());
        Assert.Equal(ErrorCatalogue.RequestInvalid, refusal.Error);
    }

    [Theory]
    [InlineData("../models", "name-invalid")]
    [InlineData("Upper", "name-invalid")]
    [InlineData("file:///etc/passwd", "url-not-allowed")]
    public async Task ResolveAsync_DatasetThatIsNoName_IsRefusedByItsCode(string dataset, string code)
    {
        var refusal = await RefusalAsync(new TrainingRequest { Model = "WRN-10-1", Recipe = "paper/cifar", Dataset = dataset });

        Assert.Equal(code, refusal.Error.Code);
        Assert.StartsWith("/dataset: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_UnknownRecipe_ListsTheKnownOnes()
    {
        var refusal = await RefusalAsync(new TrainingRequest { Model = "WRN-10-1", Recipe = "fast", Dataset = "A" });

        Assert.Contains("paper/cifar", refusal.FieldErrors.Single(e => e.Pointer == "/recipe").Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_FieldRefusedBefore_IsNotMissingToo()
    {
        _errors.Add(new FieldError("/model", ErrorCatalogue.ValueInvalid.Code, "The value has the wrong type."));
        _errors.Add(new FieldError("/colour", ErrorCatalogue.UnknownField.Code, "The field is unknown."));

        var refusal = await RefusalAsync(new TrainingRequest { Recipe = "paper/cifar", Dataset = "A" });

        Assert.Single(refusal.FieldErrors, e => e.Pointer == "/model");
        Assert.Equal(ErrorCatalogue.UnknownField, refusal.Error);
    }

    [Fact]
    public async Task ResolveAsync_RecipeThatNamesANetwork_NeedsNoModel()
    {
        var refusal = await RefusalAsync(new TrainingRequest { Recipe = "paper/table4/cifar10/wrn-28-10", Dataset = "A" });

        Assert.Equal(["/dataset"], refusal.FieldErrors.Select(e => e.Pointer));
    }

    [Fact]
    public async Task ResolveAsync_RecipeForImagenet_IsRefusedUnlessDry()
    {
        const string recipe = "paper/table8/imagenet/wrn-50-2-bottleneck";
        var refusal = await RefusalAsync(new TrainingRequest { Recipe = recipe, Dataset = "A" });
        Assert.Equal("not-run", refusal.FieldErrors.Single(e => e.Pointer == "/recipe").Code);

        _errors.Clear();
        refusal = await RefusalAsync(new TrainingRequest { Recipe = recipe, Dataset = "A", DryRun = true });
        Assert.Equal(["/dataset"], refusal.FieldErrors.Select(e => e.Pointer));
    }

    [Theory]
    [InlineData("WRN-16-2", 64, null)]
    [InlineData("ResNet-18", null, null)]
    [InlineData("ResNet-2-2-2-3", 160, null)]
    [InlineData("WRN-16-2", 50, "32 to 512 in steps of 4")]
    [InlineData("WRN-16-2", 1024, "32 to 512 in steps of 4")]
    [InlineData("ResNet-18", 225, "32 to 512 in steps of 32")]
    [InlineData("ResNet-18", -1, "32 to 512 in steps of 32")]
    public async Task ResolveAsync_ImageSize_GoesByTheNetwork(string model, int? size, string? allowed)
    {
        var refusal = await RefusalAsync(new TrainingRequest { Model = model, ImageSize = size, Recipe = "fast/one-cycle", Dataset = "A" });

        Assert.Equal(allowed, refusal.FieldErrors.SingleOrDefault(e => e.Pointer == "/imageSize")?.Allowed);
    }

    [Fact]
    public async Task ResolveAsync_WrongDepth_NamesTheFamilysNearest()
    {
        var refusal = await RefusalAsync(new TrainingRequest { Model = "ResNet-111", Recipe = "paper/cifar", Dataset = "A" });

        Assert.Contains("110 and 116", refusal.FieldErrors.Single(e => e.Pointer == "/model").Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "value-invalid")]
    [InlineData("Net@1", "name-invalid")]
    [InlineData("net@0", "name-invalid")]
    [InlineData("https://example.org/net", "name-invalid")]
    public async Task ResolveAsync_StartThatIsNoModel_IsRefusedByItsCode(string? from, string code)
    {
        var refusal = await RefusalAsync(
            new TrainingRequest { Model = "WRN-10-1", Recipe = "paper/cifar", Dataset = "A", Init = new InitRequest { From = from } });

        Assert.Equal(code, refusal.FieldErrors.Single(e => e.Pointer == "/init/from").Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(TrainingRequestValidator.MaxSeed)]
    public async Task ResolveAsync_SeedWithinRange_IsNoError(long seed)
    {
        var refusal = await RefusalAsync(new TrainingRequest { Seed = seed });

        Assert.DoesNotContain(refusal.FieldErrors, e => e.Pointer == "/seed");
    }

    [Fact]
    public async Task ResolveAsync_SeedThatJavaScriptCannotHold_IsRefused()
    {
        var refusal = await RefusalAsync(new TrainingRequest { Seed = TrainingRequestValidator.MaxSeed + 1 });

        Assert.Equal("0 to 9007199254740991", refusal.FieldErrors.Single(e => e.Pointer == "/seed").Allowed);
    }

    private Task<WrnException> RefusalAsync(TrainingRequest request) =>
        Assert.ThrowsAsync<WrnException>(() => _validator.ResolveAsync(request, _errors, CancellationToken.None));
}
