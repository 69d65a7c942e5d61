namespace WrnCloud.Models;

/// <summary>The result of verifying a published version.</summary>
/// <param name="Checks">In the order in which they were made.</param>
public sealed record VerificationReport(IReadOnlyList<VerificationCheck> Checks)
{
    /// <summary>True when no check failed.</summary>
    public bool Passed => Checks.All(c => c.Outcome != VerificationOutcome.Failed);
}
