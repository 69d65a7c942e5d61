namespace WrnCloud.Models;

/// <summary>How a check ended.</summary>
public enum VerificationOutcome
{
    /// <summary>It holds.</summary>
    Passed,

    /// <summary>It does not hold: what is published is not what was trained.</summary>
    Failed,

    /// <summary>It could not be made here.</summary>
    Skipped,
}
