using WrnCloud.Jobs;

namespace WrnCloud.Cli.Watching;

/// <summary>Describes what a job is doing or waiting for.</summary>
internal static class JobStage
{
    private static readonly string[] ImportSteps =
        [
            "the trainer reads the file",
            "finding the network and converting its weights",
            "running the network and comparing the export",
            "writing the set",
        ];

    public static string Of(Job job) => job switch
    {
        { CancelRequestedAt: not null, IsTerminal: false, Publishing: null } => "cancelling",
        { State: JobState.Accepted } => "stored; its message is about to be sent",
        { State: JobState.Queued } => "in the queue; waiting for a trainer to start (a cold GPU node takes minutes)",
        { State: JobState.Interrupted, Import: not null } => "a trainer stopped; waiting for the next one to start over",
        { State: JobState.Interrupted } => "a trainer stopped; waiting for the next one to resume from the last checkpoint",
        { State: JobState.Succeeded, Import: { } import } => $"imported as {import.Name}",
        { State: JobState.Running, Publishing: { } version } => $"publishing version {version}",
        { State: JobState.Running, Import: not null } => ImportSteps[(int)Math.Clamp(job.Progress?.Step ?? 0, 0, ImportSteps.Length - 1)],
        { State: JobState.Running, Progress: null } => "the trainer reads the data set",
        { State: JobState.Running, Progress: { } p } when p.Step >= p.Steps => "exporting to ONNX and comparing",
        { State: JobState.Running } => job.Attempt > 1 ? $"training (attempt {job.Attempt})" : "training",
        { State: JobState.Succeeded } => $"published as {job.Resolved.ModelName}@{job.Version}",
        { Reason: { } reason } => reason.Message,
        _ => "",
    };
}
