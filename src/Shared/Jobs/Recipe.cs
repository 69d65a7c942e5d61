namespace WrnCloud.Jobs;

/// <summary>A named, complete set of training settings.</summary>
/// <param name="Name">Such as <c>paper/cifar</c> or <c>paper/table4/cifar10/wrn-28-10</c>.</param>
/// <param name="Description">What it is for and where it is from.</param>
/// <param name="Settings">The settings.</param>
public sealed record Recipe(string Name, string Description, TrainingSettings Settings)
{
    /// <summary>The network that it is made for, by its canonical name; a request may leave its own out then. Null when it goes with any.</summary>
    public string? Model { get; init; }

    /// <summary>The weights that a run starts from unless the request says otherwise; null for random ones.</summary>
    public InitRequest? Init { get; init; }

    /// <summary>
    /// Whether a sixteenth of a picture is left out on each side:
    /// it is scaled to 8/7 of the network's size, and the middle is what the network sees.
    /// Random crops are cut from the scaled picture.
    /// </summary>
    public bool KeepsMiddle { get; init; }

    /// <summary>The data that it is made for; null when it goes with any.</summary>
    public RecipeDataset? Dataset { get; init; }

    /// <summary>The result that a paper reports for it.</summary>
    public ReportedResult? Reported { get; init; }

    /// <summary>False when it can be resolved (<c>dryRun</c>), but is not trained here: the ImageNet rows.</summary>
    public bool Runs { get; init; } = true;
}
