namespace WrnCloud.Models;

/// <summary>One thing that was looked at when a published version was verified.</summary>
/// <param name="Name">What: a file, the receipt, a comparison.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">A sentence with the values found, and the ones expected where they differ.</param>
public sealed record VerificationCheck(string Name, VerificationOutcome Outcome, string Detail)
{
    /// <summary>A check that holds.</summary>
    public static VerificationCheck Pass(string name, string detail) => new(name, VerificationOutcome.Passed, detail);

    /// <summary>A check that does not hold.</summary>
    public static VerificationCheck Fail(string name, string detail) => new(name, VerificationOutcome.Failed, detail);

    /// <summary>A check that could not be made.</summary>
    public static VerificationCheck Skip(string name, string detail) => new(name, VerificationOutcome.Skipped, detail);
}
