using System.CommandLine;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;
using WrnCloud.Models;

namespace WrnCloud.Cli.Commands.Models;

internal static class ModelsShowCommand
{
    public static Command Create(CliContext context)
    {
        var model = ModelArgument.Create("NAME for all versions, NAME@VERSION or NAME:ALIAS for one.");
        var json = GlobalOptions.Json();
        var command = new Command("show", "Shows a model with its versions, or one version.") { model, json };
        return command.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var reference = parsed.GetRequiredValue(model);
            if (reference.Version is null && reference.Alias is null)
                ShowModel(context, await api.GetModelAsync(reference.Name, cancellationToken), parsed.GetValue(json));
            else await ShowVersionAsync(context, api, await FindAsync(api, reference, cancellationToken), parsed.GetValue(json), cancellationToken);
            return ExitCodes.Ok;
        });
    }

    private static async Task<ModelVersion> FindAsync(ApiClient api, ModelReference reference, CancellationToken cancellationToken)
    {
        var version = reference.Version ?? (await api.GetAliasAsync(reference.Name, reference.Alias!, cancellationToken)).Version;
        return await api.GetVersionAsync(reference.Name, version, cancellationToken);
    }

    private static void ShowModel(CliContext context, ModelDetail model, bool json)
    {
        if (json)
        {
            context.WriteJson(model);
            return;
        }

        var table = ConsoleExtensions.NewTable("version", "aliases", "network", "data set", "recipe", "top-1", "parity", "published", "job");
        foreach (var version in model.Versions)
        {
            var aliases = model.Aliases.Where(a => a.Value == version.Version).Select(a => a.Key);
            table.AddTexts(
                $"{model.Name}@{version.Version}",
                string.Join(", ", version.Version == model.Latest ? aliases.Append("latest") : aliases),
                version.Architecture,
                version.Dataset,
                version.Recipe,
                Format.Share(version.Top1, version.TestImages),
                version.Parity.Passed ? "passed" : "failed",
                Format.Ago(version.CreatedAt, context.Clock.GetUtcNow()),
                version.JobId);
        }

        context.Out.Write(table);
    }

    private static async Task ShowVersionAsync(
        CliContext context, ApiClient api, ModelVersion version, bool json, CancellationToken cancellationToken)
    {
        if (json)
        {
            context.WriteJson(version);
            return;
        }

        var parity = version.Parity;
        var evaluation = await EvaluationFacts.FindAsync(api, version, cancellationToken);
        (string Name, string? Value)[] quality = evaluation is null
            ? [("top-1", Format.Share(version.Top1, version.TestImages))]
            : EvaluationFacts.Of(evaluation);
        context.Out.Write(ConsoleExtensions.NewFacts(
        [
            ("model", $"{version.Name}@{version.Version}"),
            ("network", version.Architecture),
            ("data set", version.Dataset),
            ("classes", string.Join(", ", version.Classes)),
            ("recipe", version.Recipe),
            .. quality,
            ("parity",
                $"{(parity.Passed ? "passed" : "failed")}: probabilities differ by at most {parity.MaxProbabilityDifference:0.0e+0}, "
                    + $"top-1 agrees on {Format.Percent(parity.Top1Agreement)} of {parity.Images} images"),
            ("job", $"{version.JobId}, attempt {version.Attempt}"),
            ("config hash", version.ConfigHash),
        ]));
        var table = ConsoleExtensions.NewTable("file", "size", "SHA-256");
        foreach (var file in version.Files) table.AddTexts(file.Name, Format.Bytes(file.Length), file.Sha256);
        context.Out.Write(table);
    }
}
