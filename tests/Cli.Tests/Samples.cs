using WrnCloud.Evaluation;
using WrnCloud.Jobs;
using WrnCloud.Models;

namespace WrnCloud.Cli.Tests;

/// <summary>Documents as the service answers them.</summary>
internal static class Samples
{
    public const string JobId = "0123456789abcdefghjk";
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static Job Job(JobState state = JobState.Queued) => new()
    {
        Id = JobId,
        Owner = "somebody",
        State = state,
        Request = new TrainingRequest { Model = "WRN-10-1", Dataset = "shapes10", Recipe = "fast/shapes10" },
        Resolved = Resolved(),
        ConfigHash = Resolved().ConfigHash(),
        AcceptedAt = Time,
        Version = state == JobState.Succeeded ? 3 : null,
        Reason = state is JobState.Failed or JobState.Cancelled ? new JobReason("loss-diverged", "The loss became infinite in step 7.") : null,
    };

    public static ResolvedTraining Resolved() => new(
        "WRN-10-1",
        "shapes10-wrn-10-1",
        "shapes10",
        new string('a', 64),
        10,
        "fast/shapes10",
        Recipes.Find("fast/shapes10")!.Settings,
        1,
        null,
        77_000);

    public static JobProgress Progress(int epoch, long step, double? top1 = null) => new(epoch, 6, step, 750, 1234.5, 0.75, top1, 30);

    public static ModelVersion Version(int version) => new()
    {
        Name = "shapes10-wrn-10-1",
        Version = version,
        JobId = JobId,
        Attempt = 1,
        CreatedAt = Time,
        Architecture = "WRN-10-1",
        Dataset = "shapes10",
        DatasetHash = new string('a', 64),
        Classes = ["circle", "ring"],
        Recipe = "fast/shapes10",
        ConfigHash = new string('b', 64),
        Top1 = 0.97,
        Parity = new ParityResult(true, 1e-6, 1, 1000),
        Files = [new ArtifactFile("model.onnx", 5, new string('c', 64))],
    };

    /// <summary>Three of four test pictures are right; of the validation pictures, the same ones, three of four too.</summary>
    public static ModelEvaluation Evaluation()
    {
        var answers = Answer.Of([3, 0, 3, 0, 0, 3, 3, 0], [0, 0, 1, 1], 2);
        var figures = SetFigures.Of(["circle", "ring"], [2, 0, 1, 1], 1, answers, answers);
        return new ModelEvaluation
        {
            Classes = ["circle", "ring"],
            Temperature = 1.5,
            Test = figures,
            Validation = figures,
            Thresholds = [ConfidenceThreshold.Choose(answers, 0.7) with { Precision = ConfidenceThreshold.DefaultPrecision }],
            Pictures = [],
        };
    }
}
