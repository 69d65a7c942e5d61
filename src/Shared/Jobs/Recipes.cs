namespace WrnCloud.Jobs;

/// <summary>The recipes that requests name.</summary>
public static class Recipes
{
    /// <summary>Every recipe, by name.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        new("fast/one-cycle", "One-cycle to 0.2 with label smoothing, flip and reflection crop: good accuracy in few epochs on photographs such as CIFAR.", new TrainingSettings
        {
            Epochs = 15,
            BatchSize = 128,
            Schedule = LearningRateSchedule.OneCycle,
            LearningRate = 0.2,
            LabelSmoothing = 0.1,
            Flip = true,
            CropPadding = 4,
        }),
        new("fast/shapes10", "A minute's training for the generated shapes10 set; no crop, the shapes move by themselves.", new TrainingSettings
        {
            Epochs = 6,
            BatchSize = 64,
            Schedule = LearningRateSchedule.OneCycle,
            LearningRate = 0.2,
            LabelSmoothing = 0.05,
            Flip = true,
        }),
        new("paper/cifar", "The paper's recipe for CIFAR-10 and CIFAR-100: 200 epochs, 0.1 with drops by 0.2 at 60, 120 and 160, flip and reflection crop (arXiv 1605.07146, section 3).", new TrainingSettings
        {
            Epochs = 200,
            BatchSize = 128,
            Schedule = LearningRateSchedule.Steps,
            LearningRate = 0.1,
            DropEpochs = [60, 120, 160],
            DropFactor = 0.2,
            Flip = true,
            CropPadding = 4,
            Precision = Precision.Fp32,
        }),
        new("paper/svhn", "The paper's recipe for SVHN: 160 epochs, 0.01 with drops by 0.1 at 80 and 120, dropout 0.4, no augmentation (arXiv 1605.07146, section 3).", new TrainingSettings
        {
            Epochs = 160,
            BatchSize = 128,
            Schedule = LearningRateSchedule.Steps,
            LearningRate = 0.01,
            DropEpochs = [80, 120],
            DropFactor = 0.1,
            Dropout = 0.4,
            Precision = Precision.Fp32,
        }),
    ];

    /// <summary>The recipe of this name, or null.</summary>
    public static Recipe? Find(string? name) => All.FirstOrDefault(r => r.Name == name);
}
