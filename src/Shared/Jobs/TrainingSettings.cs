using System.Text.Json;
using System.Text.Json.Serialization;

namespace WrnCloud.Jobs;

/// <summary>
/// Everything that decides a training run apart from the network, the data and the seed: a recipe's content after the
/// request's overrides. Stored in the job record and hashed; two runs with equal settings, data and seed are the same run.
/// </summary>
public sealed record TrainingSettings
{
    /// <summary>Which part of the network is trained, and how; null for <see cref="TrainingMethod.Sgd"/>.</summary>
    public TrainingMethod? Method { get; init; }

    /// <summary>Passes over the training set.</summary>
    public required int Epochs { get; init; }

    /// <summary>Images per optimizer step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How the learning rate runs.</summary>
    public required LearningRateSchedule Schedule { get; init; }

    /// <summary>The schedule's peak (one-cycle) or first (steps) learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Epochs (1-based) at whose start the step schedule drops; empty for one-cycle.</summary>
    public IReadOnlyList<int> DropEpochs { get; init; } = [];

    /// <summary>Factor that the learning rate is multiplied by at a drop.</summary>
    public double DropFactor { get; init; } = 0.2;

    /// <summary>SGD momentum.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Nesterov's variant, dampening 0.</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary>L2 penalty on every parameter, batch norm and biases included, as in the paper.</summary>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>Label smoothing in [0, 1).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Dropout probability between the block's convolutions, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Random horizontal flips.</summary>
    public bool Flip { get; init; }

    /// <summary>Random crops from this many pixels of padding on each side; 0 for none.</summary>
    public int CropPadding { get; init; }

    /// <summary>How the padding is filled.</summary>
    public PaddingMode Padding { get; init; } = PaddingMode.Reflection;

    /// <summary>
    /// Least side of the square that is cut out at a random place of every training image and scaled to the network's size,
    /// as a share of the image's side, above 0 to 1; null for none.
    /// </summary>
    public double? CropScale { get; init; }

    /// <summary>
    /// Share of each class's training images, up to 0.5, that are not trained on but decide when to stop and which weights are published;
    /// the test set is then looked at once, at the end. Null or 0 for none: the test set is watched, as the paper does.
    /// </summary>
    public double? ValidationShare { get; init; }

    /// <summary>
    /// Share of the network's image side that random squares are scaled to at first;
    /// it grows over three quarters of the epochs, in steps of 32 pixels and from 128 at least.
    /// Null for the whole side throughout.
    /// </summary>
    public double? ProgressiveFrom { get; init; }

    /// <summary>
    /// Whether a new classifier is fitted to what the starting weights see, to convergence, before anything else is trained; null for no.
    /// With validation images it is a candidate for publication like every epoch.
    /// </summary>
    public bool? HeadFirst { get; init; }

    /// <summary>
    /// Ratio of the largest class to the smallest above which the loss of each class is weighted by one over the square root of its images;
    /// null for never.
    /// </summary>
    public double? BalanceAbove { get; init; }

    /// <summary>Side in pixels of the square that is blanked in every training image at a random place (arXiv 1708.04552); 0 for none.</summary>
    public int Cutout { get; init; }

    /// <summary>α of mixup's Beta(α, α) (arXiv 1710.09412); 0 for none.</summary>
    public double Mixup { get; init; }

    /// <summary>Preprocessing of the bytes before the first convolution.</summary>
    public Preprocessing Preprocessing { get; init; } = Preprocessing.MeanStd;

    /// <summary>
    /// Decay per step of the exponential moving average of the weights that is evaluated and published instead of them; 0 for none.
    /// </summary>
    public double EmaDecay { get; init; }

    /// <summary>Largest L2 norm of the whole gradient, which is scaled down to it; 0 for no limit.</summary>
    public double GradientClip { get; init; }

    /// <summary>Ends the job after this many epochs without a new best top-1; 0 for never.</summary>
    public int Patience { get; init; }

    /// <summary>Ends the job once top-1 has reached this share; null for never.</summary>
    public double? TargetTop1 { get; init; }

    /// <summary>Arithmetic of the forward and backward passes.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Ends the job after this many optimizer steps, the schedule unchanged; null for no limit. For trials.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Fields that a newer version wrote; they stay, and are hashed, when this version rewrites the record.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }
}
