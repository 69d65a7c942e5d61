namespace WrnCloud.PhotosBench;

/// <summary>One way of training on one set.</summary>
/// <param name="Set">The set.</param>
/// <param name="Way">ML.NET's trainer or our recipe.</param>
/// <param name="Top1">On the test pictures.</param>
/// <param name="Seconds">From the start of the process to the figure; ours to the published version.</param>
/// <param name="IsOurs">Ours.</param>
internal sealed record AccuracyRow(string Set, string Way, CountedShare Top1, double Seconds, bool IsOurs);
