namespace WrnCloud.LocalCloud.Stack;

/// <summary>How the local stack runs.</summary>
public sealed record LocalStackOptions
{
    /// <summary>Where data, keys and logs lie; a later stack on the same folder goes on with what is there.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The functions host's port; null for the one that it had before, or a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Trainers at once.</summary>
    public int MaxTrainers { get; init; } = 1;

    /// <summary>False leaves the training to trainers that are started elsewhere.</summary>
    public bool StartTrainers { get; init; } = true;

    /// <summary>Hears one line for each thing that happens, from any thread.</summary>
    public Action<string>? OnEvent { get; init; }
}
