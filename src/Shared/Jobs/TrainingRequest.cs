namespace WrnCloud.Jobs;

/// <summary>A request to train, as a client sends it.</summary>
public sealed record TrainingRequest
{
    /// <summary>The network, such as <c>WRN-16-2</c>.</summary>
    public string? Model { get; init; }

    /// <summary>The data set's name.</summary>
    public string? Dataset { get; init; }

    /// <summary>The recipe's name.</summary>
    public string? Recipe { get; init; }

    /// <summary>Single settings that differ from the recipe's.</summary>
    public SettingOverrides? Overrides { get; init; }

    /// <summary>Seed of every draw; equal seeds give equal runs on one machine. 0 to 2^53 − 1; default 1.</summary>
    public long? Seed { get; init; }

    /// <summary>Ends the run in a checkpoint after this many minutes of training.</summary>
    public int? MaxMinutes { get; init; }

    /// <summary>Name under which the model is published; default <c>{dataset}-{network}</c> in lower case.</summary>
    public string? PublishAs { get; init; }

    /// <summary>A published version to start from, instead of random weights.</summary>
    public InitRequest? Init { get; init; }

    /// <summary>Validate and resolve only: nothing is stored or queued.</summary>
    public bool? DryRun { get; init; }
}
