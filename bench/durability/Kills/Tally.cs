namespace WrnCloud.DurabilityBench.Kills;

/// <summary>A line of the summary: how often something was killed, what was acknowledged in those rounds, and what of that does not hold.</summary>
internal sealed record Tally(
    Fault Fault, int Kills, int Submissions, int Cancels, int Datasets, int Trained, int Lost, int CameBack, int SecondVersions, int Duplicates, int Stuck)
{
    public bool IsGood => Lost + CameBack + SecondVersions + Duplicates + Stuck == 0;

    /// <summary>Both together.</summary>
    public Tally Plus(Tally other) => new(
        Fault,
        Kills + other.Kills,
        Submissions + other.Submissions,
        Cancels + other.Cancels,
        Datasets + other.Datasets,
        Trained + other.Trained,
        Lost + other.Lost,
        CameBack + other.CameBack,
        SecondVersions + other.SecondVersions,
        Duplicates + other.Duplicates,
        Stuck + other.Stuck);
}
