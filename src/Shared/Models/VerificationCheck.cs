namespace WrnCloud.Models;

/// <summary>One check in the verification of a published version.</summary>
/// <param name="Name">The subject: a file, the receipt, a comparison.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Detail">A sentence with the values found, and the expected ones where they differ.</param>
public sealed record VerificationCheck(string Name, VerificationOutcome Outcome, string Detail)
{
    /// <summary>A check that holds.</summary>
    public static VerificationCheck Pass(string name, string detail) => new(name, VerificationOutcome.Passed, detail);

    /// <summary>A check that does not hold.</summary>
    public static VerificationCheck Fail(string name, string detail) => new(name, VerificationOutcome.Failed, detail);

    /// <summary>A check that could not be made.</summary>
    public static VerificationCheck Skip(string name, string detail) => new(name, VerificationOutcome.Skipped, detail);
}
