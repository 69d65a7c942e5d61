namespace WrnCloud.Cli.Demo;

/// <summary>The demo's steps and their sizes.</summary>
internal sealed record DemoPlan
{
    public const string Cifar10 = "cifar10";
    public const string ShapesNetwork = "WRN-10-1";
    public const string ShapesRecipe = "fast/shapes10";
    public const string CifarNetwork = "WRN-16-2";
    public const string CifarRecipe = "fast/one-cycle";

    /// <summary>Most training images for the linear baseline, and its passes over them.</summary>
    public const int BaselineImages = 10_000;
    public const int BaselineEpochs = 4;

    /// <summary>Test pictures sent in one request, and those in the batch's archive beside its five broken entries.</summary>
    public const int PredictedImages = 5;
    public const int BatchImages = 195;

    /// <summary>On shapes10 the linear model must stay below the first and the network reach the second, or the demo proves nothing.</summary>
    public const double LargestBaseline = 0.45;
    public const double RequiredTop1 = 0.95;

    /// <summary>Folder below the current one that keeps the output for the user to look at.</summary>
    public const string OutputFolder = "wrn-demo";

    public required string Dataset { get; init; }
    public string? DataFolder { get; init; }
    public required string Network { get; init; }
    public required string Recipe { get; init; }
    public int? Epochs { get; init; }

    /// <summary>The state folder; null for a temporary one.</summary>
    public string? StateFolder { get; init; }
    public bool Keep { get; init; }

    /// <summary>Whether the baseline and the accuracy are checked against their limits.</summary>
    public bool HasLimits => DataFolder is null;
}
