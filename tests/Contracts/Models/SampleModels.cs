using WrnCloud.Models;

namespace WrnCloud.Contracts.Models;

/// <summary>Versions as a trainer publishes them.</summary>
public static class SampleModels
{
    /// <summary>A version without artefacts.</summary>
    public static ModelVersion Version(string model, int version, string job, bool passed = true) => new()
    {
        Name = model,
        Version = version,
        JobId = job,
        Attempt = 1,
        CreatedAt = TimeProvider.System.GetUtcNow(),
        Architecture = "WRN-10-1",
        Dataset = "shapes10",
        DatasetHash = new string('0', 64),
        Classes = ["a", "b"],
        Recipe = "fast/shapes10",
        ConfigHash = new string('0', 64),
        Top1 = 0.9,
        Parity = new ParityResult(passed, 1e-6, 1, 100),
        Files = [],
    };
}
