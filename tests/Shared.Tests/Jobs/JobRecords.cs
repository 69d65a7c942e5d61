using WrnCloud.Jobs;

namespace WrnCloud.Shared.Tests.Jobs;

/// <summary>Job records to start from.</summary>
internal static class JobRecords
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static Job In(JobState state, int attempt = 0) => new()
    {
        Id = "0123456789abcdefghjk",
        Owner = "key",
        State = state,
        Attempt = attempt,
        Request = new TrainingRequest { Model = "WRN-10-1", Dataset = "d", Recipe = "fast/shapes10" },
        Resolved = new ResolvedTraining(
            "WRN-10-1", "m", "d", new string('0', 64), 10, "fast/shapes10", Recipes.Find("fast/shapes10")!.Settings, 1, null, 77_850),
        ConfigHash = new string('0', 64),
        AcceptedAt = Noon,
    };

    public static Job Ended(JobState state) => In(state, 1) with { EndedAt = Noon, Reason = new JobReason("time-limit", "It was.") };
}
