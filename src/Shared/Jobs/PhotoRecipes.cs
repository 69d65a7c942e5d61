namespace WrnCloud.Jobs;

/// <summary>The recipes for people's photographs. Their validation images decide everything; the test set is read once.</summary>
internal static class PhotoRecipes
{
    // A tenth of a few hundred pictures is few; less would decide by chance.
    private const double ValidationShare = 0.1;

    private static readonly TrainingSettings FineTuning = new()
    {
        Epochs = 8,
        BatchSize = 32,
        Schedule = LearningRateSchedule.OneCycle,
        LearningRate = 0.02,
        WeightDecay = 1e-4,
        LabelSmoothing = 0.1,
        Flip = true,
        CropScale = 0.625,
        ValidationShare = ValidationShare,
    };

    public static IEnumerable<Recipe> All() =>
    [
        new(
            "photo/finetune",
            "Photographs, from pretrained weights: stem and first two groups keep theirs, the rest learns in 8 epochs of random crops and flips.",
            FineTuning)
        {
            Init = new InitRequest { From = "resnet18", Freeze = Freeze.Group2 },
            KeepsMiddle = true,
        },
        new(
            "photo/scratch",
            "Photographs that no pretrained weights may be used for, with any network: 60 epochs of random crops and flips, averaged weights.",
            FineTuning with { Epochs = 60, BatchSize = 64, LearningRate = 0.1, WeightDecay = 5e-4, EmaDecay = 0.99 })
        {
            KeepsMiddle = true,
        },
    ];
}
