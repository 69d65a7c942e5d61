using System.CommandLine;
using Spectre.Console;
using WrnCloud.Cli.Output;

namespace WrnCloud.Cli.Commands.Jobs;

internal static class RecipesCommand
{
    public static Command Create(CliContext context)
    {
        var json = GlobalOptions.Json();
        return new Command("recipes", "Lists the training recipes.") { json }.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var page = await api.ListRecipesAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                context.WriteJson(page);
                return ExitCodes.Ok;
            }

            var table = ConsoleExtensions.NewTable("recipe", "epochs", "batch size", "learning rate").AddColumn("what for");
            foreach (var recipe in page.Items)
            {
                var settings = recipe.Settings;
                table.AddTexts(recipe.Name, settings.Epochs.ToString(), settings.BatchSize.ToString(), settings.LearningRate.ToString(), recipe.Description);
            }

            context.Out.Write(table);
            return ExitCodes.Ok;
        });
    }
}
