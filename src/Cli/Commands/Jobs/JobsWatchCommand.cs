using System.CommandLine;
using WrnCloud.Cli.Watching;

namespace WrnCloud.Cli.Commands.Jobs;

internal static class JobsWatchCommand
{
    public static Command Create(CliContext context)
    {
        var id = JobArgument.Create();
        return new Command("watch", "Follows a job until it ends. Ctrl-C only stops watching.") { id }.DoesWithApi(
            context,
            async (parsed, api, cancellationToken) =>
            {
                var job = await JobWatch.RunAsync(context, api, parsed.GetRequiredValue(id), cancellationToken);
                return await JobWatch.ConcludeAsync(context, api, job, cancellationToken);
            });
    }
}
