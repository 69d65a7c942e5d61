using System.Security.Cryptography;
using WrnCloud.Batches;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Demo;

/// <summary>
/// Checks that a batch is complete: every entry of the archive is in the results or in the errors, once, with its expected outcome.
/// </summary>
internal static class BatchCheck
{
    /// <summary>The claims in plain words, each with whether it holds.</summary>
    public static IReadOnlyList<(bool Holds, string Claim)> Run(IReadOnlyList<DemoArchiveEntry> archive, BatchStatus status, BatchOutput output)
    {
        var (results, errors, manifest) = (output.Results, output.Errors, output.Manifest);
        var indices = results.Select(r => r.Index).Concat(errors.Select(e => e.Index)).Order().ToList();
        var broken = archive.Index().Where(e => e.Item.ErrorCode is not null).Select(e => (e.Index, e.Item.Name, Code: e.Item.ErrorCode!)).ToList();
        var reported = errors.Select(e => (e.Index, e.Name, e.Code)).OrderBy(e => e.Index).ToList();
        return
        [
            (
                status.Results + status.Errors == status.Items && status.Items == archive.Count,
                $"{status.Results} results and {status.Errors} errors are the {archive.Count} entries"),
            (indices.SequenceEqual(Enumerable.Range(0, archive.Count)), "each entry is in the results or in the errors, exactly once"),
            (reported.SequenceEqual(broken), "the broken entries, and only they, are errors, each of the expected kind"),
            (manifest.Items == archive.Count && manifest.Results == results.Count && manifest.Errors == errors.Count, "the manifest counts the same"),
            (
                manifest.InputSha256 == output.InputSha256 && output.Hashes.All(h => manifest.Files.Any(f => f.Name == h.Key && f.Sha256 == h.Value)),
                "the manifest's hashes are those of the archive and of the downloaded files"),
        ];
    }

    /// <summary>Share of the archive's good entries whose most probable class is the true one, 0 to 1.</summary>
    public static double Accuracy(IReadOnlyList<DemoArchiveEntry> archive, BatchOutput output)
    {
        var right = output.Results.Count(
            r => r.Index >= 0 && r.Index < archive.Count && r.Top is [var best, ..] && archive[r.Index].Label == best.Index);
        return (double)right / archive.Count(e => e.Label is not null);
    }

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
