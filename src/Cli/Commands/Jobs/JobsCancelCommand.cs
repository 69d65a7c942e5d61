using System.CommandLine;
using WrnCloud.Cli.Output;

namespace WrnCloud.Cli.Commands.Jobs;

internal static class JobsCancelCommand
{
    public static Command Create(CliContext context)
    {
        var id = JobArgument.Create();
        var command = new Command("cancel", "Asks for a job's end. A job that has ended stays as it is.") { id };
        return command.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var job = await api.CancelAsync(parsed.GetRequiredValue(id), cancellationToken);
            if (job.IsTerminal) context.Out.Say($"Job {job.Id} is {job.State}.");
            else if (job.Publishing is not null) context.Out.Say($"Job {job.Id} is publishing its model already; it will end Succeeded.");
            else context.Out.Say($"Asked for. The trainer lets go of job {job.Id} within seconds.");
            return ExitCodes.Ok;
        });
    }
}
