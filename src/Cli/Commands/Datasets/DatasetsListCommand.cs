using System.CommandLine;
using System.Text.Json;
using WrnCloud.Cli.Output;
using WrnCloud.Hosting;

namespace WrnCloud.Cli.Commands.Datasets;

internal static class DatasetsListCommand
{
    public static Command Create(CliContext context)
    {
        var next = new Option<string?>("--next") { Description = "Continue where the previous list ended." };
        var json = GlobalOptions.Json();
        return new Command("list", "Lists data sets.") { next, json }.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var page = await api.ListDatasetsAsync(parsed.GetValue(next), cancellationToken);
            if (parsed.GetValue(json))
            {
                context.WriteJson(page);
                return ExitCodes.Ok;
            }

            var table = ConsoleExtensions.NewTable("data set", "format", "classes", "train", "validation", "test", "hash");
            foreach (var d in page.Items)
                table.AddTexts(
                    d.Name,
                    JsonSerializer.Serialize(d.Format, WrnJson.Compact).Trim('"'),
                    d.Classes.Count.ToString(),
                    Format.Count(d.Images.Train),
                    Format.Count(d.Images.Validation),
                    Format.Count(d.Images.Test),
                    d.DatasetHash[..12]);
            if (page.Items.Count == 0) context.Out.Say($"[grey]No data sets. `wrn datasets push` uploads one.[/]");
            else context.Out.Write(table);
            if (page.Next is not null) context.Out.Say($"[grey]There is more: add --next {page.Next}[/]");
            return ExitCodes.Ok;
        });
    }
}
