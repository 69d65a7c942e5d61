using WrnCloud.Errors;
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

        Assert.Matches(@"\A[a-z]+/[a-z0-9-]+\z", recipe.Name);
        Assert.EndsWith(".", recipe.Description, StringComparison.Ordinal);
        Assert.Equal(s.Schedule == LearningRateSchedule.Steps, s.DropEpochs.Count > 0);
        Assert.Equal(s.DropEpochs.Order(), s.DropEpochs);
        Assert.All(s.DropEpochs, e => Assert.InRange(e, 2, s.Epochs));
        Assert.InRange(s.DropFactor, 0.001, 0.999);
        Assert.Null(s.MaxSteps);
        Assert.Empty(Refused(s));
    }

    [Fact]
    public void PaperRecipes_AreThePapers()
    {
        var cifar = Recipes.Find("paper/cifar")!.Settings;
        var svhn = Recipes.Find("paper/svhn")!.Settings;

        Assert.Equal((200, 128, 0.1, 0.2, 0.9, 5e-4, true), (cifar.Epochs, cifar.BatchSize, cifar.LearningRate, cifar.DropFactor, cifar.Momentum, cifar.WeightDecay, cifar.Nesterov));
        Assert.Equal([60, 120, 160], cifar.DropEpochs);
        Assert.Equal((true, 4, PaddingMode.Reflection, 0.0), (cifar.Flip, cifar.CropPadding, cifar.Padding, cifar.Dropout));
        Assert.Equal((160, 128, 0.01, 0.1, 0.9, 5e-4, true), (svhn.Epochs, svhn.BatchSize, svhn.LearningRate, svhn.DropFactor, svhn.Momentum, svhn.WeightDecay, svhn.Nesterov));
        Assert.Equal([80, 120], svhn.DropEpochs);
        Assert.Equal((false, 0, 0.4), (svhn.Flip, svhn.CropPadding, svhn.Dropout));
    }

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
        };
        Assert.Equal(s, SettingResolver.Resolve(s, same, errors));
        return errors;
    }
}
