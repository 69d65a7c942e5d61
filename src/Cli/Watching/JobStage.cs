using WrnCloud.Jobs;

namespace WrnCloud.Cli.Watching;

/// <summary>Says in words what a job is doing or waiting for.</summary>
internal static class JobStage
{
    public static string Of(Job job) => job switch
    {
        { CancelRequestedAt: not null, IsTerminal: false, Publishing: null } => "asked to stop",
        { State: JobState.Accepted } => "stored; its message is about to be sent",
        { State: JobState.Queued } => "in the queue; waiting for a trainer to start (a cold GPU node takes minutes)",
        { State: JobState.Interrupted } => "a trainer let go; waiting for the next one to go on from the last checkpoint",
        { State: JobState.Running, Publishing: { } version } => $"publishing version {version}",
        { State: JobState.Running, Progress: null } => "the trainer reads the data set",
        { State: JobState.Running, Progress: { } p } when p.Step >= p.Steps => "exporting to ONNX and comparing",
        { State: JobState.Running } => job.Attempt > 1 ? $"training (attempt {job.Attempt})" : "training",
        { State: JobState.Succeeded } => $"published as {job.Resolved.ModelName}@{job.Version}",
        { Reason: { } reason } => reason.Message,
        _ => "",
    };
}
