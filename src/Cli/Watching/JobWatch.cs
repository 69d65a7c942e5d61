using Spectre.Console;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;
using WrnCloud.Evaluation;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Watching;

/// <summary>Follows a job until it ends: a live panel on a terminal, lines elsewhere.</summary>
internal static class JobWatch
{
    /// <summary>Returns the ended job.</summary>
    public static async Task<Job> RunAsync(CliContext context, ApiClient api, string id, CancellationToken cancellationToken)
    {
        var started = context.Clock.GetTimestamp();
        Job? last = null;
        if (context.IsTerminal)
        {
            var panel = new JobPanel(context.Out.Profile.Width, context.Out.Profile.Capabilities.Unicode);
            await context.Out.Live(new Text("…")).StartAsync(live => FollowAsync((job, watched) => live.UpdateTarget(panel.Draw(job, watched))));
        }
        else
        {
            await FollowAsync(new JobLines(context.Out).Show);
        }

        return last!;

        async Task FollowAsync(Action<Job, TimeSpan> show)
        {
            var states = Polling.FollowAsync(async ct => await api.GetJobAsync(id, ct), j => j.IsTerminal, context.Clock, cancellationToken);
            await foreach (var job in states)
            {
                last = job;
                show(job, context.Clock.GetElapsedTime(started));
            }
        }
    }

    /// <summary>Prints how a job ended and returns its exit code.</summary>
    public static async Task<int> ConcludeAsync(CliContext context, ApiClient api, Job job, CancellationToken cancellationToken)
    {
        if (job is { State: JobState.Succeeded, Import: { } import })
        {
            var served = job.Version is null ? "" : $", served as {job.Resolved.ModelName}@{job.Version}";
            context.Out.Say($"[green]Imported:[/] weights [bold]{import.Name}[/]{served}.");
            return ExitCodes.Ok;
        }

        if (job.State == JobState.Succeeded)
        {
            context.Out.Say(
                $"[green]Succeeded:[/] model [bold]{job.Resolved.ModelName}@{job.Version}[/], top-1 {Format.Percent(job.Progress?.Top1)}.");
            if (await EvaluationAsync(api, job, cancellationToken) is { } evaluation)
                context.Out.Write(ConsoleExtensions.NewFacts(EvaluationFacts.Of(evaluation)));
            return ExitCodes.Ok;
        }

        context.Error.Say($"[red]{job.State}:[/] {job.Reason?.Message ?? "no reason is recorded."} [grey]({job.Reason?.Code ?? "unknown"})[/]");
        return ExitCodes.Failed;
    }

    // The job has succeeded, whether or not its evaluation can be read.
    private static async Task<ModelEvaluation?> EvaluationAsync(ApiClient api, Job job, CancellationToken cancellationToken)
    {
        if (job.Version is not { } number) return null;
        try
        {
            return await EvaluationFacts.FindAsync(
                api, await api.GetVersionAsync(job.Resolved.ModelName, number, cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is ApiException or EndpointUnreachableException)
        {
            return null;
        }
    }
}
