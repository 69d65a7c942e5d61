using System.Text.Json;
using WrnCloud.Architecture;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.Shared.Tests.Jobs;

public sealed class RecipesTests
{
    public static TheoryData<string> Names => [.. Recipes.All.Select(r => r.Name)];

    [Fact]
    public void All_Names_AreUniqueAndFound()
    {
        Assert.Equal(Recipes.All.Count, Recipes.All.Select(r => r.Name).Distinct().Count());
        Assert.All(Recipes.All, r => Assert.Same(r, Recipes.Find(r.Name)));
        Assert.Null(Recipes.Find("paper/cifar "));
        Assert.Null(Recipes.Find(null));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Settings_OfEachRecipe_AreSane(string name)
    {
        var recipe = Recipes.Find(name)!;
        var s = recipe.Settings;

        Assert.Matches(@"\A(fast|paper|photo)/[a-z0-9-]+(/[a-z0-9]+/[a-z0-9][a-z0-9.-]*)?\z", recipe.Name);
        Assert.EndsWith(".", recipe.Description, StringComparison.Ordinal);
        Assert.Equal(s.Schedule == LearningRateSchedule.Steps, s.DropEpochs.Count > 0);
        Assert.Equal(s.DropEpochs.Order(), s.DropEpochs);
        Assert.All(s.DropEpochs, e => Assert.InRange(e, 2, s.Epochs));
        Assert.InRange(s.DropFactor, 0.001, 0.999);
        Assert.Null(s.MaxSteps);
        Assert.True(recipe.Model is null || (NetworkSpec.TryParse(recipe.Model, out var spec, out _) && spec.Name == recipe.Model), recipe.Model);
        Assert.Equal(recipe.Runs, recipe.Dataset != RecipeDataset.Imagenet);
        Assert.Empty(Refused(s));
    }

    [Fact]
    public void PaperRecipes_AreThePapers()
    {
        var cifar = Recipes.Find("paper/cifar")!.Settings;
        var svhn = Recipes.Find("paper/svhn")!.Settings;

        Assert.Equal(
            (200, 128, 0.1, 0.2, 0.9, 5e-4, true),
            (cifar.Epochs, cifar.BatchSize, cifar.LearningRate, cifar.DropFactor, cifar.Momentum, cifar.WeightDecay, cifar.Nesterov));
        Assert.Equal([60, 120, 160], cifar.DropEpochs);
        Assert.Equal((true, 4, PaddingMode.Reflection, 0.0), (cifar.Flip, cifar.CropPadding, cifar.Padding, cifar.Dropout));
        Assert.Equal(
            (160, 128, 0.01, 0.1, 0.9, 5e-4, true),
            (svhn.Epochs, svhn.BatchSize, svhn.LearningRate, svhn.DropFactor, svhn.Momentum, svhn.WeightDecay, svhn.Nesterov));
        Assert.Equal([80, 120], svhn.DropEpochs);
        Assert.Equal((false, 0, 0.4), (svhn.Flip, svhn.CropPadding, svhn.Dropout));
    }

    [Theory]
    [InlineData("table2", 6)]
    [InlineData("table3", 4)]
    [InlineData("table4", 19)]
    [InlineData("table5", 12)]
    [InlineData("table6", 16)]
    [InlineData("text", 1)]
    [InlineData("table9", 3)]
    [InlineData("table7", 7)]
    [InlineData("table8", 4)]
    public void Tables_EveryNumber_HasARecipe(string table, int numbers)
    {
        var recipes = Recipes.All.Where(r => r.Name.StartsWith($"paper/{table}/", StringComparison.Ordinal)).ToList();

        Assert.Equal(numbers, recipes.Count);
        Assert.All(
            recipes,
            r => Assert.True(
                r.Reported is { ErrorPercent: > 1 and < 31 } reported && reported.Source.StartsWith("arXiv 1605.07146, ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("paper/table2/cifar10/wrn-40-2-b131", "WRN-40-2-B(1,3,1)", 1.4, 6.06)]
    [InlineData("paper/table2/cifar10/wrn-40-2-b31", "WRN-40-2-B(3,1)", 1.2, 5.78)]
    [InlineData("paper/table2/cifar10/wrn-40-2-b13", "WRN-40-2-B(1,3)", 1.3, 6.42)]
    [InlineData("paper/table2/cifar10/wrn-40-2-b311", "WRN-40-2-B(3,1,1)", 1.3, 5.86)]
    [InlineData("paper/table2/cifar10/wrn-28-2", "WRN-28-2", 1.5, 5.73)]
    [InlineData("paper/table2/cifar10/wrn-22-2-b313", "WRN-22-2-B(3,1,3)", 1.1, 5.78)]
    [InlineData("paper/table3/cifar10/wrn-40-2-l1", "WRN-40-2-l1", 2.2, 6.69)]
    [InlineData("paper/table3/cifar10/wrn-40-2", "WRN-40-2", 2.2, 5.43)]
    [InlineData("paper/table3/cifar10/wrn-40-2-l3", "WRN-40-2-l3", 2.2, 5.65)]
    [InlineData("paper/table3/cifar10/wrn-40-2-l4", "WRN-40-2-l4", 2.2, 5.93)]
    [InlineData("paper/table4/cifar10/wrn-40-1", "WRN-40-1", 0.6, 6.85)]
    [InlineData("paper/table4/cifar100/wrn-40-2", "WRN-40-2", 2.2, 26.04)]
    [InlineData("paper/table4/cifar100/wrn-40-4", "WRN-40-4", 8.9, 22.89)]
    [InlineData("paper/table4/cifar10/wrn-40-8", "WRN-40-8", 35.7, 4.66)]
    [InlineData("paper/table4/cifar100/wrn-28-10", "WRN-28-10", 36.5, 20.50)]
    [InlineData("paper/table4/cifar10/wrn-28-12", "WRN-28-12", 52.5, 4.33)]
    [InlineData("paper/table4/cifar100/wrn-22-8", "WRN-22-8", 17.2, 21.22)]
    [InlineData("paper/table4/cifar10/wrn-22-10", "WRN-22-10", 26.8, 4.44)]
    [InlineData("paper/table4/cifar100/wrn-16-8", "WRN-16-8", 11.0, 22.07)]
    [InlineData("paper/table4/cifar10/wrn-16-10", "WRN-16-10", 17.1, 4.56)]
    [InlineData("paper/table5/cifar10/resnet-110", "ResNet-110", 1.7, 6.37)]
    [InlineData("paper/table5/cifar100/resnet-164", "ResNet-164", 1.7, 24.33)]
    [InlineData("paper/table5/cifar10/resnet-1001", "ResNet-1001", 10.3, 4.92)]
    [InlineData("paper/table5/cifar10/resnet-1001-batch-64", "ResNet-1001", 10.3, 4.64)]
    [InlineData("paper/table5/cifar100/wrn-28-10", "WRN-28-10", 36.5, 19.25)]
    [InlineData("paper/table6/cifar10/wrn-16-4-dropout", "WRN-16-4", 2.7, 5.24)]
    [InlineData("paper/table6/cifar100/wrn-28-10-dropout", "WRN-28-10", 36.5, 18.85)]
    [InlineData("paper/table6/svhn/wrn-52-1", "WRN-52-1", 0.8, 2.08)]
    [InlineData("paper/table9/svhn/wrn-16-8-dropout", "WRN-16-8", 11.0, 1.54)]
    [InlineData("paper/table9/cifar10/wrn-40-10-dropout", "WRN-40-10", 55.8, 3.8)]
    public void Tables_ARow_IsThePrintedOne(string name, string model, double millions, double error)
    {
        var recipe = Recipes.Find(name)!;
        Assert.True(NetworkSpec.TryParse(recipe.Model, out var spec, out var problem), problem);

        Assert.Equal((model, error), (recipe.Model, recipe.Reported!.ErrorPercent));
        Assert.Equal(millions, Math.Round(spec.ParameterCount(10) / 1e6, 1));
    }

    [Theory]
    [InlineData("paper/table7/imagenet/resnet-18", 11.7, 30.4)]
    [InlineData("paper/table7/imagenet/wrn-18-1.5-imagenet", 25.9, 27.06)]
    [InlineData("paper/table7/imagenet/wrn-18-3-imagenet", 101.8, 24.06)]
    [InlineData("paper/table7/imagenet/wrn-34-2-imagenet", 86.0, 23.39)]
    [InlineData("paper/table8/imagenet/resnet-152", 60.2, 22.16)]
    [InlineData("paper/table8/imagenet/wrn-50-2-bottleneck", 68.9, 21.9)]
    public void Tables_AnImagenetRow_IsThePrintedOneAndNotRun(string name, double millions, double error)
    {
        var recipe = Recipes.Find(name)!;
        Assert.True(NetworkSpec.TryParse(recipe.Model, out var spec, out var problem), problem);

        Assert.False(recipe.Runs);
        Assert.Equal(error, recipe.Reported!.ErrorPercent);
        Assert.Equal(millions, Math.Round(spec.ParameterCount(1000) / 1e6, 1));
    }

    [Fact]
    public void Tables_Settings_AreWhatEachTableSays()
    {
        var whitened = Settings("paper/table4/cifar10/wrn-28-10");
        var dropped = Settings("paper/table6/cifar10/wrn-28-10-dropout");
        var svhn = Settings("paper/table6/svhn/wrn-16-4");
        var svhnDropped = Settings("paper/table6/svhn/wrn-16-4-dropout");
        var cifar = Settings("paper/cifar");

        Assert.Equal(cifar with { Preprocessing = Preprocessing.Zca }, whitened);
        Assert.Equal(cifar with { Dropout = 0.3 }, dropped);
        Assert.Equal(cifar with { BatchSize = 64 }, Settings("paper/table5/cifar10/resnet-1001-batch-64"));
        Assert.Equal(Settings("paper/svhn"), svhnDropped);
        Assert.Equal(svhnDropped with { Dropout = 0 }, svhn);
        Assert.Equal((Preprocessing.Scale, false, 0), (svhn.Preprocessing, svhn.Flip, svhn.CropPadding));
        Assert.Equal(Precision.Fp32, whitened.Precision);
    }

    [Fact]
    public void All_AsJson_ComesBack()
    {
        var json = JsonSerializer.Serialize(Recipes.All, WrnJson.Compact);
        var back = JsonSerializer.Deserialize<List<Recipe>>(json, WrnJson.Compact)!;

        Assert.Contains("\"dataset\":\"cifar10\"", json, StringComparison.Ordinal);
        Assert.Contains("\"reported\":{\"errorPercent\":4.17,\"source\":\"arXiv 1605.07146, Table 4\"}", json, StringComparison.Ordinal);
        Assert.Equal(json, JsonSerializer.Serialize(back, WrnJson.Compact));
    }

    private static TrainingSettings Settings(string name) => Recipes.Find(name)!.Settings;

    // A recipe's own settings must be ones that a request could ask for.
    private static List<FieldError> Refused(TrainingSettings s)
    {
        var errors = new List<FieldError>();
        var same = new SettingOverrides
        {
            Epochs = s.Epochs,
            BatchSize = s.BatchSize,
            LearningRate = s.LearningRate,
            Momentum = s.Momentum,
            WeightDecay = s.WeightDecay,
            LabelSmoothing = s.LabelSmoothing,
            Dropout = s.Dropout,
            CropPadding = s.CropPadding,
            Cutout = s.Cutout,
            EmaDecay = s.EmaDecay,
        };
        Assert.Equal(s, SettingResolver.Resolve(s, same, errors));
        return errors;
    }
}
