namespace WrnCloud.Jobs;

/// <summary>The recipes for people's photographs. Their validation images decide everything; the test set is read once.</summary>
public static class PhotoRecipes
{
    /// <summary>Tries the cheap recipe first, then the ones that are worth their cost.</summary>
    public const string Auto = "photo/auto";

    /// <summary>The small network that is tried beside the pretrained one.</summary>
    public const string SmallModel = "WRN-16-2";

    /// <summary>A linear classifier on what a pretrained network sees.</summary>
    public const string Quick = "photo/quick";

    /// <summary>A pretrained network, trained further.</summary>
    public const string FineTune = "photo/finetune";

    /// <summary>Pictures from which on training a pretrained network further is worth its time without being asked for.</summary>
    public const int ManyPictures = 1_000;

    // A tenth of a few hundred pictures is few; less would decide by chance.
    private const double ValidationShare = 0.1;

    private static readonly TrainingSettings FineTuning = new()
    {
        Epochs = 10,
        BatchSize = 32,
        Schedule = LearningRateSchedule.OneCycle,
        LearningRate = 0.02,
        WeightDecay = 1e-4,
        LabelSmoothing = 0.1,
        Flip = true,
        CropScale = 0.625,
        ProgressiveFrom = 0.715,
        HeadFirst = true,
        BalanceAbove = 5,
        ValidationShare = ValidationShare,
    };

    private static readonly InitRequest Pretrained = new() { From = "resnet18", Freeze = Freeze.Group2 };

    /// <summary>All of them.</summary>
    public static IEnumerable<Recipe> All() =>
    [
        new(
            Auto,
            "Photographs: tries a classifier on what a pretrained network sees and a small network on small images, "
                + "fine-tunes where there are many pictures or minutes for it, and publishes what did best on the validation images.",
            FineTuning with { Method = TrainingMethod.Auto })
        {
            Init = Pretrained,
            KeepsMiddle = true,
        },
        new(
            Quick,
            "Photographs, from pretrained weights that stay: a linear classifier on what the network sees, in seconds to minutes.",
            FineTuning with
            {
                Method = TrainingMethod.Head,
                Epochs = 1,
                CropScale = null,
                ProgressiveFrom = null,
                HeadFirst = null,
                ValidationShare = null,
                Flip = false,
                LabelSmoothing = 0,
            })
        {
            Init = Pretrained with { Freeze = Freeze.Backbone },
            KeepsMiddle = true,
        },
        new(
            FineTune,
            "Photographs, from pretrained weights: a classifier first, then the last two groups with it in 10 epochs of random crops and flips, "
                + "the first ones on smaller images.",
            FineTuning)
        {
            Init = Pretrained,
            KeepsMiddle = true,
        },
        new(
            "photo/scratch",
            "Photographs that no pretrained weights may be used for, with any network: 60 epochs of random crops and flips, averaged weights.",
            FineTuning with { Epochs = 60, BatchSize = 64, LearningRate = 0.1, WeightDecay = 5e-4, EmaDecay = 0.99, HeadFirst = null })
        {
            KeepsMiddle = true,
        },
    ];
}
