using System.CommandLine;
using WrnCloud.Cli.Output;

namespace WrnCloud.Cli.Commands.Jobs;

internal static class JobsShowCommand
{
    public static Command Create(CliContext context)
    {
        var id = JobArgument.Create();
        var json = GlobalOptions.Json();
        return new Command("show", "Shows one job.") { id, json }.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var job = await api.GetJobAsync(parsed.GetRequiredValue(id), cancellationToken);
            if (parsed.GetValue(json)) context.WriteJson(job);
            else context.Out.Write(JobTable.Details(job));
            return ExitCodes.Ok;
        });
    }
}
