namespace WrnCloud.Cli.Demo;

/// <summary>What the demo does, and the sizes it does it in.</summary>
internal sealed record DemoPlan
{
    public const string Cifar10 = "cifar10";
    public const string ShapesNetwork = "WRN-10-1";
    public const string ShapesRecipe = "fast/shapes10";
    public const string CifarNetwork = "WRN-16-2";
    public const string CifarRecipe = "fast/one-cycle";

    /// <summary>Training images that the linear baseline sees at most, and its passes over them.</summary>
    public const int BaselineImages = 10_000;
    public const int BaselineEpochs = 4;

    /// <summary>Test pictures sent one request together, and those in the batch's archive beside its five broken entries.</summary>
    public const int PredictedImages = 5;
    public const int BatchImages = 195;

    /// <summary>On shapes10 a linear model must stay below, and the network must reach: else the demo shows nothing.</summary>
    public const double LargestBaseline = 0.45;
    public const double RequiredTop1 = 0.95;

    /// <summary>What is left for the user to look at, below the current folder.</summary>
    public const string OutputFolder = "wrn-demo";

    public required string Dataset { get; init; }
    public string? DataFolder { get; init; }
    public required string Network { get; init; }
    public required string Recipe { get; init; }
    public int? Epochs { get; init; }

    /// <summary>Null: a temporary folder.</summary>
    public string? StateFolder { get; init; }
    public bool Keep { get; init; }

    /// <summary>Whether the baseline and the accuracy are held to their limits.</summary>
    public bool HasLimits => DataFolder is null;
}
