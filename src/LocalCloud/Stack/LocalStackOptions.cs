namespace WrnCloud.LocalCloud.Stack;

/// <summary>Options of the local stack.</summary>
public sealed record LocalStackOptions
{
    /// <summary>The folder for data, keys and logs; a later stack on the same folder continues with its content.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The functions host's port; null for the previous one, or a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Most trainers at a time.</summary>
    public int MaxTrainers { get; init; } = 1;

    /// <summary>False leaves the training to trainers that are started elsewhere.</summary>
    public bool StartTrainers { get; init; } = true;

    /// <summary>Called with one line for each event, from any thread.</summary>
    public Action<string>? OnEvent { get; init; }
}
