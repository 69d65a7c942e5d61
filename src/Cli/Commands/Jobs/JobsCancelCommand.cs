using System.CommandLine;
using WrnCloud.Cli.Output;

namespace WrnCloud.Cli.Commands.Jobs;

internal static class JobsCancelCommand
{
    public static Command Create(CliContext context)
    {
        var id = JobArgument.Create();
        var command = new Command("cancel", "Cancels a job. A job that has ended stays unchanged.") { id };
        return command.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var job = await api.CancelAsync(parsed.GetRequiredValue(id), cancellationToken);
            if (job.IsTerminal) context.Out.Say($"Job {job.Id} is {job.State}.");
            else if (job.Publishing is not null) context.Out.Say($"Job {job.Id} is already publishing its model; it will end Succeeded.");
            else context.Out.Say($"Cancelling. The trainer stops job {job.Id} within seconds.");
            return ExitCodes.Ok;
        });
    }
}
