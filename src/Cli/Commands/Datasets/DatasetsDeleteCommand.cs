using System.CommandLine;
using WrnCloud.Cli.Output;

namespace WrnCloud.Cli.Commands.Datasets;

internal static class DatasetsDeleteCommand
{
    public static Command Create(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The data set's name; it can be pushed again afterwards." };
        var command = new Command("delete", "Deletes a data set that no active job reads, or the remains of an interrupted push.") { name };
        return command.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            await api.DeleteDatasetAsync(parsed.GetRequiredValue(name), cancellationToken);
            context.Out.Say($"Deleted the data set {parsed.GetRequiredValue(name)}.");
            return ExitCodes.Ok;
        });
    }
}
