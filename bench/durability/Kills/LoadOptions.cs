namespace WrnCloud.DurabilityBench.Kills;

/// <summary>How busy the clients are.</summary>
/// <param name="MaxOpen">Jobs at most that are neither cancelled nor ended.</param>
/// <param name="CancelPercent">Chance of a cancellation at each turn of the client that cancels.</param>
/// <param name="PushPercent">Chance of a push at each turn of the client that pushes.</param>
/// <param name="PauseMs">Longest pause between two turns.</param>
internal sealed record LoadOptions(int MaxOpen, int CancelPercent, int PushPercent, int PauseMs);
