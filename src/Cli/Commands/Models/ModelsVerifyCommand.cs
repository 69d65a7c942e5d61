using System.CommandLine;
using Spectre.Console;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;
using WrnCloud.Cli.Verifying;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.Models;

namespace WrnCloud.Cli.Commands.Models;

/// <summary>Checks a published version: every hash, the receipt, and the exported model against its weights.</summary>
internal static class ModelsVerifyCommand
{
    private const string Trainer = "network";

    public static Command Create(CliContext context)
    {
        var model = ModelArgument.Create();
        var json = new Option<bool>("--json") { Description = "Print the checks as JSON." };
        var command = new Command(
            "verify", "Verifies a version's files: hashes, receipt, and the exported model against its weights, its samples and the test set.")
        {
            model, json,
        };
        return command.DoesWithApi(
            context,
            async (parsed, api, cancellationToken) =>
            {
                var version = await FindAsync(api, parsed.GetRequiredValue(model), cancellationToken);
                var report = await VerifyAsync(context, api, version, cancellationToken);
                if (parsed.GetValue(json)) context.WriteJson(report);
                else Show(context, version, report);
                return report.Passed ? ExitCodes.Ok : ExitCodes.Failed;
            });
    }

    private static async Task<ModelVersion> FindAsync(ApiClient api, ModelReference reference, CancellationToken cancellationToken)
    {
        var version = reference.Version;
        if (version is null && reference.Alias is not null)
            version = (await api.GetAliasAsync(reference.Name, reference.Alias, cancellationToken)).Version;
        if (version is null)
        {
            var model = await api.GetModelAsync(reference.Name, cancellationToken);
            version = model.Aliases.TryGetValue(ModelAlias.Production, out var production) ? production : model.Latest;
        }

        return version is { } number
            ? await api.GetVersionAsync(reference.Name, number, cancellationToken)
            : throw new FailedException($"'{reference.Name}' has no version that can be served; name one to verify: {reference.Name}@1.");
    }

    private static async Task<VerificationReport> VerifyAsync(
        CliContext context, ApiClient api, ModelVersion version, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("wrn-verify-").FullName;
        try
        {
            var checks = await ArtefactCheck.RunAsync(api, version, folder, cancellationToken);
            return new VerificationReport([.. checks, .. await ParityAsync(context, api, checks, folder, cancellationToken)]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<VerificationCheck>> ParityAsync(
        CliContext context, ApiClient api, IReadOnlyList<VerificationCheck> checks, string folder, CancellationToken cancellationToken)
    {
        // Unverified bytes must not reach native code.
        if (checks.Any(c => c.Outcome == VerificationOutcome.Failed))
            return [VerificationCheck.Skip(Trainer, "not compared: the files are not the published ones")];
        var environment = new Dictionary<string, string>();
        if (EndpointFinder.StorageOf(api.Endpoint, context) is { } storage) environment["Storage__ConnectionString"] = storage;
        try
        {
            var log = Path.Combine(folder, "trainer.log");
            return (await TrainerVerification.RunAsync(folder, log, environment, context.Clock, cancellationToken)).Checks;
        }
        catch (InvalidOperationException e)
        {
            return [VerificationCheck.Fail(Trainer, e.Message)];
        }
    }

    private static void Show(CliContext context, ModelVersion version, VerificationReport report)
    {
        var table = ConsoleExtensions.NewTable("check", "", "found");
        table.Columns[2].NoWrap = false;
        foreach (var check in report.Checks) table.AddRow(new Text(check.Name), Mark(check.Outcome), new Text(check.Detail));
        context.Out.Write(table);
        if (report.Passed) context.Out.Say($"{version.Name}@{version.Version} is [green]unchanged since publication[/].");
        else context.Error.Say($"[red]{version.Name}@{version.Version} differs from what was published.[/]");
    }

    private static Text Mark(VerificationOutcome outcome) => outcome switch
    {
        VerificationOutcome.Passed => new Text("passed", new Style(Color.Green)),
        VerificationOutcome.Failed => new Text("failed", new Style(Color.Red)),
        _ => new Text("skipped", new Style(Color.Grey)),
    };
}
