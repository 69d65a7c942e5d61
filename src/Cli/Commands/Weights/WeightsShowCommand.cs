using System.CommandLine;
using WrnCloud.Cli.Output;

namespace WrnCloud.Cli.Commands.Weights;

internal static class WeightsShowCommand
{
    public static Command Create(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The set's name." };
        var json = GlobalOptions.Json();
        return new Command("show", "Shows a set of weights.") { name, json }.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var set = await api.GetWeightsAsync(parsed.GetRequiredValue(name), cancellationToken);
            if (parsed.GetValue(json)) context.WriteJson(set);
            else context.Out.Write(WeightsTable.Details(set));
            return ExitCodes.Ok;
        });
    }
}
