using WrnCloud.Errors;
using WrnCloud.Jobs;

namespace WrnCloud.Shared.Tests.Jobs;

public sealed class SettingResolverTests
{
    private static readonly TrainingSettings Recipe = Recipes.Find("paper/cifar")!.Settings;
    private readonly List<FieldError> _errors = [];

    public static TheoryData<string, SettingOverrides, string> OutOfRange => new()
    {
        { "epochs", new SettingOverrides { Epochs = 0 }, "1 to 1000" },
        { "epochs", new SettingOverrides { Epochs = -1 }, "1 to 1000" },
        { "epochs", new SettingOverrides { Epochs = 1_000_000_000 }, "1 to 1000" },
        { "batchSize", new SettingOverrides { BatchSize = 0 }, "1 to 4096" },
        { "batchSize", new SettingOverrides { BatchSize = 4097 }, "1 to 4096" },
        { "learningRate", new SettingOverrides { LearningRate = 0 }, "1E-08 to 10" },
        { "learningRate", new SettingOverrides { LearningRate = double.NaN }, "1E-08 to 10" },
        { "learningRate", new SettingOverrides { LearningRate = double.PositiveInfinity }, "1E-08 to 10" },
        { "momentum", new SettingOverrides { Momentum = 1 }, "0 to 0.999" },
        { "weightDecay", new SettingOverrides { WeightDecay = -0.1 }, "0 to 1" },
        { "labelSmoothing", new SettingOverrides { LabelSmoothing = 0.91 }, "0 to 0.9" },
        { "dropout", new SettingOverrides { Dropout = 0.91 }, "0 to 0.9" },
        { "cropPadding", new SettingOverrides { CropPadding = 17 }, "0 to 16" },
        { "maxSteps", new SettingOverrides { MaxSteps = 0 }, "1 to 10000000" },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Resolve_OutOfRange_NamesFieldValueAndRange(string field, SettingOverrides overrides, string allowed)
    {
        SettingResolver.Resolve(Recipe, overrides, _errors);

        var error = Assert.Single(_errors);
        Assert.Equal(($"/overrides/{field}", "value-invalid", allowed), (error.Pointer, error.Code, error.Allowed));
        Assert.EndsWith(" is out of range.", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_SeveralOutOfRange_FindsAll()
    {
        SettingResolver.Resolve(Recipe, new SettingOverrides { Epochs = 0, BatchSize = 0, Dropout = 2 }, _errors);

        Assert.Equal(["/overrides/batchSize", "/overrides/dropout", "/overrides/epochs"], _errors.Select(e => e.Pointer).Order());
    }

    [Fact]
    public void Resolve_NoOverrides_IsTheRecipe() => Assert.Equal(Recipe, SettingResolver.Resolve(Recipe, null, _errors));

    [Fact]
    public void Resolve_EveryOverride_Replaces()
    {
        var overrides = new SettingOverrides
        {
            Epochs = 1,
            BatchSize = 2,
            LearningRate = 0.3,
            Momentum = 0.4,
            WeightDecay = 0.5,
            LabelSmoothing = 0.6,
            Dropout = 0.7,
            Flip = false,
            CropPadding = 8,
            Padding = PaddingMode.Zero,
            Cutout = 7,
            Mixup = 0.2,
            Preprocessing = Preprocessing.Zca,
            EmaDecay = 0.99,
            GradientClip = 6,
            Patience = 5,
            TargetTop1 = 0.8,
            Precision = Precision.Bf16,
            MaxSteps = 9,
        };

        var settings = SettingResolver.Resolve(Recipe, overrides, _errors)!;

        Assert.Empty(_errors);
        foreach (var property in typeof(SettingOverrides).GetProperties())
            Assert.Equal(property.GetValue(overrides), typeof(TrainingSettings).GetProperty(property.Name)!.GetValue(settings));
        Assert.Equal(Recipe.DropEpochs, settings.DropEpochs);
    }

    [Fact]
    public void Resolve_UnknownRecipe_StillChecksTheOverrides()
    {
        Assert.Null(SettingResolver.Resolve(null, new SettingOverrides { Epochs = 0 }, _errors));
        Assert.Single(_errors);
    }
}
