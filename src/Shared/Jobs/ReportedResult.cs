namespace WrnCloud.Jobs;

/// <summary>The result that a paper reports for a recipe.</summary>
/// <param name="ErrorPercent">Top-1 error on the test set, in per cent.</param>
/// <param name="Source">Where it stands, such as <c>arXiv 1605.07146, Table 4</c>.</param>
public sealed record ReportedResult(double ErrorPercent, string Source)
{
    /// <summary>Top-5 error, in per cent, where it is reported.</summary>
    public double? Top5ErrorPercent { get; init; }
}
