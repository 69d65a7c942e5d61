namespace WrnCloud.Jobs;

/// <summary>
/// The recipes that requests name. <c>photo/…</c> are for people's photographs; <c>fast/…</c> are short ones for small images;
/// <c>paper/…</c> are those of arXiv 1605.07146: <c>paper/cifar</c> and <c>paper/svhn</c> for any network,
/// and <c>paper/{table}/{data set}/{network}</c> for every number of its tables, such as <c>paper/table6/cifar10/wrn-28-10-dropout</c>.
/// </summary>
public static class Recipes
{
    private static readonly TrainingSettings OneCycle = new()
    {
        Epochs = 15,
        BatchSize = 128,
        Schedule = LearningRateSchedule.OneCycle,
        LearningRate = 0.2,
        LabelSmoothing = 0.1,
        Flip = true,
        CropPadding = 4,
    };

    // More capacity than 15 epochs can fill: twice the time, cutout against overfitting, the weights averaged over about the last three epochs.
    private static readonly TrainingSettings OneCycleWide = OneCycle with { Epochs = 30, Cutout = 8, EmaDecay = 0.999 };

    /// <summary>Every recipe, by name.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        new(
            "fast/one-cycle",
            "One-cycle to 0.2 with label smoothing, flip and reflection crop: good accuracy in few epochs on photographs such as CIFAR.",
            OneCycle),
        new(
            "fast/cifar10-wrn-16-2",
            "CIFAR-10 on a small machine: one-cycle over 20 epochs, averaged weights.",
            OneCycle with { Epochs = 20, EmaDecay = 0.995 })
        {
            Model = "WRN-16-2",
            Dataset = RecipeDataset.Cifar10,
        },
        new("fast/cifar10-wrn-16-4", "CIFAR-10 in 30 epochs: one-cycle, cutout, averaged weights.", OneCycleWide)
        {
            Model = "WRN-16-4",
            Dataset = RecipeDataset.Cifar10,
        },
        new("fast/cifar10-wrn-28-10", "CIFAR-10 on a GPU in 30 epochs: one-cycle, cutout, averaged weights.", OneCycleWide)
        {
            Model = "WRN-28-10",
            Dataset = RecipeDataset.Cifar10,
        },
        new("fast/cifar100-wrn-28-10", "CIFAR-100 on a GPU in 30 epochs: one-cycle, cutout, averaged weights.", OneCycleWide)
        {
            Model = "WRN-28-10",
            Dataset = RecipeDataset.Cifar100,
        },
        new("fast/shapes10", "A minute's training for the generated shapes10 set; no crop, the shapes move by themselves.", new TrainingSettings
        {
            Epochs = 6,
            BatchSize = 64,
            Schedule = LearningRateSchedule.OneCycle,
            LearningRate = 0.2,
            LabelSmoothing = 0.05,
            Flip = true,
        })
        {
            Dataset = RecipeDataset.Shapes10,
        },
        .. PhotoRecipes.All(),
        .. PaperRecipes.All(),
    ];

    /// <summary>The recipe of this name, or null.</summary>
    public static Recipe? Find(string? name) => All.FirstOrDefault(r => r.Name == name);
}
