using System.CommandLine;
using WrnCloud.Cli.Output;

namespace WrnCloud.Cli.Commands.Models;

internal static class ModelsListCommand
{
    public static Command Create(CliContext context)
    {
        var next = new Option<string?>("--next") { Description = "Continue where the previous list ended." };
        var json = GlobalOptions.Json();
        return new Command("list", "Lists models.") { next, json }.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var page = await api.ListModelsAsync(parsed.GetValue(next), cancellationToken);
            if (parsed.GetValue(json))
            {
                context.WriteJson(page);
                return ExitCodes.Ok;
            }

            var table = ConsoleExtensions.NewTable("model", "latest", "versions", "aliases", "network", "data set", "top-1");
            foreach (var model in page.Items)
            {
                table.AddTexts(
                    model.Name,
                    model.Latest?.ToString() ?? Format.Missing,
                    model.Versions.Count.ToString(),
                    string.Join(", ", model.Aliases.Select(a => $"{a.Key} → {a.Value}")),
                    model.Architecture ?? Format.Missing,
                    model.Dataset ?? Format.Missing,
                    Format.Share(model.Top1, model.TestImages));
            }

            if (page.Items.Count == 0) context.Out.Say($"[grey]No models. `wrn train` creates one.[/]");
            else context.Out.Write(table);
            if (page.Next is not null) context.Out.Say($"[grey]There is more: add --next {page.Next}[/]");
            return ExitCodes.Ok;
        });
    }
}
