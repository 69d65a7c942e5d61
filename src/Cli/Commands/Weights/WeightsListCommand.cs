using System.CommandLine;
using WrnCloud.Cli.Output;

namespace WrnCloud.Cli.Commands.Weights;

internal static class WeightsListCommand
{
    public static Command Create(CliContext context)
    {
        var next = new Option<string?>("--next") { Description = "Continue where the previous list ended." };
        var json = GlobalOptions.Json();
        return new Command("list", "Lists sets of weights.") { next, json }.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var page = await api.ListWeightsAsync(parsed.GetValue(next), cancellationToken);
            if (parsed.GetValue(json))
            {
                context.WriteJson(page);
                return ExitCodes.Ok;
            }

            context.Out.Write(WeightsTable.Of(page.Items, context.Clock.GetUtcNow()));
            if (page.Next is not null) context.Out.Say($"[grey]There is more: add --next {page.Next}[/]");
            return ExitCodes.Ok;
        });
    }
}
