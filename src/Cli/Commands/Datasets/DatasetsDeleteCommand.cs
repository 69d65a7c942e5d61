using System.CommandLine;
using WrnCloud.Cli.Output;

namespace WrnCloud.Cli.Commands.Datasets;

internal static class DatasetsDeleteCommand
{
    public static Command Create(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The data set's name; it may be pushed anew afterwards." };
        var command = new Command("delete", "Removes a data set that no job is about to read, or what a broken push has left.") { name };
        return command.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            await api.DeleteDatasetAsync(parsed.GetRequiredValue(name), cancellationToken);
            context.Out.Say($"The data set {parsed.GetRequiredValue(name)} is deleted.");
            return ExitCodes.Ok;
        });
    }
}
