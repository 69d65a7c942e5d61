namespace WrnCloud.MessagingBench.Faults;

/// <summary>What one kind of fault led to: a line of the summary.</summary>
internal sealed record Finding(string Fault, string Amount, string Outcome, bool IsGood);
