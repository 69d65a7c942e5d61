using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// A small network on small images of the same pictures, from random weights: what is enough for textures, and costs little to try.
/// The images are loaded only when they are wanted.
/// </summary>
/// <param name="training">What is trained, as if it had been asked for alone.</param>
/// <param name="loadAsync">Loads the images and makes the plan.</param>
internal sealed class SmallNetwork(
    ResolvedTraining training, Func<CancellationToken, Task<(TrainingPlan Plan, IDisposable Data)>> loadAsync) : IDisposable
{
    // As many images as 30 epochs of 1,700 have.
    private const int Looks = 50_000;
    private const int FewestEpochs = 10;
    private const int MostEpochs = 30;

    private IDisposable? _data;

    /// <summary>The resolved training.</summary>
    public ResolvedTraining Training => training;

    /// <summary>As users name it.</summary>
    public string Name => $"{training.Model} at {training.View.Crop}×{training.View.Crop}";

    /// <summary>The settings for so many training images.</summary>
    public static TrainingSettings SettingsFor(TrainingSettings recipe, int images) => new()
    {
        Epochs = Math.Clamp(Looks / Math.Max(1, images), FewestEpochs, MostEpochs),
        BatchSize = 64,
        Schedule = LearningRateSchedule.OneCycle,
        LearningRate = 0.1,
        LabelSmoothing = 0.1,
        Flip = true,
        CropPadding = 4,
        EmaDecay = 0.99,
        ValidationShare = recipe.ValidationShare,
        BalanceAbove = recipe.BalanceAbove,
        Precision = recipe.Precision,
    };

    /// <summary>Loads the images and makes the plan.</summary>
    public async Task<TrainingPlan> PlanAsync(CancellationToken cancellationToken)
    {
        (var plan, _data) = await loadAsync(cancellationToken);
        return plan;
    }

    public void Dispose() => _data?.Dispose();
}
