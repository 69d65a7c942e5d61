using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Training;

/// <summary>Everything that decides a training run.</summary>
/// <param name="Spec">The network.</param>
/// <param name="Settings">The recipe after overrides.</param>
/// <param name="Train">Training images, at least one.</param>
/// <param name="Test">Test images, at least one, of the same classes.</param>
/// <param name="Statistics">The training set's channel statistics.</param>
/// <param name="Seed">Decides initial weights, order, augmentation and dropout.</param>
/// <param name="Threads">libtorch's CPU threads; equal results need equal counts.</param>
/// <param name="Fitted">The preprocessing where it is made already; null to make it from settings, training images and statistics.</param>
public sealed record TrainingPlan(
    NetworkSpec Spec,
    TrainingSettings Settings,
    IImageSet Train,
    IImageSet Test,
    ChannelStatistics Statistics,
    long Seed,
    int Threads,
    Preprocessor? Fitted = null)
{
    /// <summary>The preprocessing of the images' bytes.</summary>
    public Preprocessor Preprocessor { get; } = Fitted ?? Preprocessor.Of(Settings, Train, Statistics);

    /// <summary>
    /// The images that decide when to stop and which weights are published; null where the test set is watched instead, as the paper does.
    /// </summary>
    public IImageSet? Validation { get; init; }

    /// <summary>The training images as images are evaluated, not as random crops are cut from them.</summary>
    public IImageSet TrainEvaluated { get => field ?? Train; init; }

    /// <summary>The test images' names; null when unknown.</summary>
    public IReadOnlyList<string>? TestNames { get; init; }

    /// <summary>The images that each epoch is evaluated on.</summary>
    public IImageSet Deciding => Validation ?? Test;

    /// <summary>The name of that split.</summary>
    public string DecidingName => Validation is null ? "test" : "validation";

    /// <summary>Weights of the classes in the loss; null for equal ones.</summary>
    internal float[]? ClassWeights { get; } = Training.ClassWeights.Of(Train, Settings.BalanceAbove);

    /// <summary>Where features of frozen networks are kept; null to keep none.</summary>
    internal FeatureCache? Features { get; init; }

    /// <summary>Whether the classifier is new and fitted before anything else is trained.</summary>
    public bool FitsHeadFirst { get; init; }

    /// <summary>The time into which the schedule has to fit; null for the recipe's own epochs, however long they take.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>
    /// Whether somebody else looks at the test images, once it is chosen what is published:
    /// the validation images' figures stand for theirs until then.
    /// </summary>
    public bool LeavesTest { get; init; }

    /// <summary>The part of the network that keeps its starting weights.</summary>
    public Freeze Freeze { get; init; }

    /// <summary>Optimizer steps of an epoch: the last partial batch is dropped, unless it is the only one.</summary>
    public int StepsPerEpoch => Math.Max(1, Train.Count / Settings.BatchSize);

    /// <summary>Optimizer steps of the whole schedule.</summary>
    public int Steps => checked(Settings.Epochs * StepsPerEpoch);
}
