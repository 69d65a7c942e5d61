namespace WrnCloud.Jobs;

/// <summary>A request to train, as a client sends it.</summary>
public sealed record TrainingRequest
{
    /// <summary>
    /// The network, such as <c>WRN-16-2</c>; may be left out with a recipe that names one, or with weights to start from, which are of one.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>
    /// Side in pixels of the images that are trained on:
    /// 32 to 512, a multiple of 4 for the networks for small images, of 32 for the others.
    /// Default 32 and 224; only an image folder has a choice.
    /// </summary>
    public int? ImageSize { get; init; }

    /// <summary>The data set's name.</summary>
    public string? Dataset { get; init; }

    /// <summary>
    /// The recipe's name; may be left out for a data set of photographs, with neither network nor starting weights: <c>photo/auto</c>.
    /// </summary>
    public string? Recipe { get; init; }

    /// <summary>Single settings that differ from the recipe's.</summary>
    public SettingOverrides? Overrides { get; init; }

    /// <summary>Seed of every draw; equal seeds give equal runs on one machine. 0 to 2^53 − 1; default 1.</summary>
    public long? Seed { get; init; }

    /// <summary>Ends the training after this many minutes; the best weights until then are published.</summary>
    public int? MaxMinutes { get; init; }

    /// <summary>
    /// Minutes of training into which the recipe's schedule is made to fit: fewer epochs where all of them would take longer. 1 to 10,080.
    /// </summary>
    public int? Minutes { get; init; }

    /// <summary>
    /// Name under which the model is published; default <c>{dataset}-{network}</c> in lower case,
    /// or the data set's own with <c>photo/auto</c>, which chooses the network.
    /// </summary>
    public string? PublishAs { get; init; }

    /// <summary>Weights to start from instead of random ones.</summary>
    public InitRequest? Init { get; init; }

    /// <summary>Validate and resolve only: nothing is stored or queued.</summary>
    public bool? DryRun { get; init; }
}
