using System.CommandLine;
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

            var table = ConsoleExtensions.NewTable("recipe", "network", "data set", "epochs", "batch size", "learning rate", "reported error");
            foreach (var recipe in page.Items)
            {
                var settings = recipe.Settings;
                table.AddTexts(
                    recipe.Name,
                    recipe.Model ?? "any",
                    recipe.Dataset?.ToString().ToLowerInvariant() ?? "any",
                    settings.Epochs.ToString(),
                    settings.BatchSize.ToString(),
                    settings.LearningRate.ToString(),
                    recipe.Reported is { } reported ? $"{reported.ErrorPercent} %{(recipe.Runs ? "" : ", not run")}" : Format.Missing);
            }

            context.Out.Write(table);
            return ExitCodes.Ok;
        });
    }
}
