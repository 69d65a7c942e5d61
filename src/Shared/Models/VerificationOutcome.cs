namespace WrnCloud.Models;

/// <summary>The outcome of a check.</summary>
public enum VerificationOutcome
{
    /// <summary>The check holds.</summary>
    Passed,

    /// <summary>The check fails: the published files are not the trained ones.</summary>
    Failed,

    /// <summary>The check could not be made here.</summary>
    Skipped,
}
