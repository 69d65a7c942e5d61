namespace WrnCloud.Jobs;

/// <summary>Settings that a request may change; what is null stays as the recipe has it. Meanings: <see cref="TrainingSettings"/>.</summary>
public sealed record SettingOverrides
{
    /// <summary>1 to 1,000.</summary>
    public int? Epochs { get; init; }

    /// <summary>1 to 4,096.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Above 0, at most 10.</summary>
    public double? LearningRate { get; init; }

    /// <summary>0 to 0.999.</summary>
    public double? Momentum { get; init; }

    /// <summary>0 to 1.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>0 to 0.9.</summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>0 to 0.9.</summary>
    public double? Dropout { get; init; }

    /// <summary>Random horizontal flips.</summary>
    public bool? Flip { get; init; }

    /// <summary>0 to 16 pixels.</summary>
    public int? CropPadding { get; init; }

    /// <summary>How a crop's padding is filled.</summary>
    public PaddingMode? Padding { get; init; }

    /// <summary>0.1 to 1.</summary>
    public double? CropScale { get; init; }

    /// <summary>0 to 0.5.</summary>
    public double? ValidationShare { get; init; }

    /// <summary>0.25 to 1.</summary>
    public double? ProgressiveFrom { get; init; }

    /// <summary>Whether the classifier is fitted before anything else is trained.</summary>
    public bool? HeadFirst { get; init; }

    /// <summary>1 to 1,000.</summary>
    public double? BalanceAbove { get; init; }

    /// <summary>0 to 32 pixels.</summary>
    public int? Cutout { get; init; }

    /// <summary>0 to 10.</summary>
    public double? Mixup { get; init; }

    /// <summary>Preprocessing of the bytes before the first convolution.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>0 to 0.99999.</summary>
    public double? EmaDecay { get; init; }

    /// <summary>0 to 1,000.</summary>
    public double? GradientClip { get; init; }

    /// <summary>0 to 1,000 epochs.</summary>
    public int? Patience { get; init; }

    /// <summary>Above 0, at most 1.</summary>
    public double? TargetTop1 { get; init; }

    /// <summary>Arithmetic.</summary>
    public Precision? Precision { get; init; }

    /// <summary>1 to 10,000,000.</summary>
    public int? MaxSteps { get; init; }
}
