using System.CommandLine;
using WrnCloud.Cli.Output;

namespace WrnCloud.Cli.Commands.Weights;

internal static class WeightsDeleteCommand
{
    public static Command Create(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The set's name." };
        return new Command("delete", "Deletes an imported set of weights. Models published or trained from it are kept.") { name }.DoesWithApi(
            context,
            async (parsed, api, cancellationToken) =>
            {
                await api.DeleteWeightsAsync(parsed.GetRequiredValue(name), cancellationToken);
                context.Out.Say($"[green]Deleted.[/]");
                return ExitCodes.Ok;
            });
    }
}
