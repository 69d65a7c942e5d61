using Spectre.Console;
using WrnCloud.Cli.Output;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Watching;

/// <summary>A job as plain lines, for logs and pipes: one for every important change, else one every few seconds.</summary>
internal sealed class JobLines(IAnsiConsole console)
{
    private static readonly TimeSpan Training = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Waiting = TimeSpan.FromSeconds(15);
    private (JobState, int, double?, string)? lastKey;
    private TimeSpan lastTime;

    public void Show(Job job, TimeSpan watched)
    {
        var stage = JobStage.Of(job);
        var key = (job.State, job.Attempt, job.Progress?.Top1, stage);
        var quiet = watched - lastTime < (job.State == JobState.Running ? Training : Waiting);
        if (key == lastKey && quiet) return;
        (lastKey, lastTime) = (key, watched);

        var line = $"[{Format.Duration(watched),11}] {job.State}: {stage}";
        if (job is { State: JobState.Running, Import: null, Progress: { } p, Publishing: null } && p.Step < p.Steps)
        {
            line += $", epoch {p.Epoch}/{p.Epochs}, step {p.Step}/{p.Steps}, {Format.Rate(p.ImagesPerSecond)}, loss {Format.Loss(p.Loss)}, " +
                $"top-1 {Format.Percent(p.Top1)}, {Format.Seconds(p.EtaSeconds)} left";
        }

        console.WriteLine(line);
    }
}
