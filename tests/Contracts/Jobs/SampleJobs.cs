using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.Contracts.Jobs;

/// <summary>Jobs as a request makes them.</summary>
public static class SampleJobs
{
    private static readonly RandomIdSource Ids = new();

    /// <summary>An accepted job with a fresh id.</summary>
    public static Job Accepted()
    {
        var now = TimeProvider.System.GetUtcNow();
        var resolved = new ResolvedTraining(
            "WRN-10-1", "sample", "shapes10", new string('0', 64), 10, "fast/shapes10", Recipes.Find("fast/shapes10")!.Settings, 1, null, 77_850);
        var request = new TrainingRequest { Model = "WRN-10-1", Dataset = "shapes10", Recipe = "fast/shapes10" };
        return JobTransitions.Accept(Ids.NewJobId(now), "key", request, resolved, now);
    }
}
