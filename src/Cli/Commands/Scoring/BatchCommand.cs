using System.CommandLine;
using WrnCloud.Batches;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Commands.Models;
using WrnCloud.Cli.Output;
using WrnCloud.Cli.Pushing;
using WrnCloud.Cli.Watching;
using WrnCloud.Evaluation;
using WrnCloud.Storage;

namespace WrnCloud.Cli.Commands.Scoring;

internal static class BatchCommand
{
    public static Command Create(CliContext context)
    {
        var model = ModelArgument.Create(
            "The model's NAME. A batch is classified by its production version, else the latest.",
            reference => reference is { Version: null, Alias: null }
                ? null
                : "A batch is classified by the production version, else the latest: give the NAME alone (`wrn models promote` chooses).");
        var zip = new Argument<FileInfo>("ZIP") { Description = "An archive of pictures, or one picture." };
        var output = new Option<string>("--output") { Description = "Folder for the results.", DefaultValueFactory = _ => "." };
        var json = GlobalOptions.Json();
        return new Command("batch", "Classifies an archive of pictures, waits, and downloads the results.") { model, zip, output, json }.DoesWithApi(
            context,
            async (parsed, api, cancellationToken) =>
            {
                var file = parsed.GetRequiredValue(zip);
                if (!file.Exists) throw new UsageException($"There is no file '{file.FullName}'.");
                var bytes = await File.ReadAllBytesAsync(file.FullName, cancellationToken);
                var name = BlobName.IsSegment(file.Name) ? file.Name : "input" + file.Extension.ToLowerInvariant();
                var id = await BatchUpload.RunAsync(api, parsed.GetRequiredValue(model).Name, name, bytes, context.Clock, cancellationToken);
                context.Error.Say($"[grey]Uploaded {Format.Bytes(bytes.Length)} as batch {id}.[/]");

                // With --json the answer alone goes to the output, and the progress beside it.
                var asJson = parsed.GetValue(json);
                var batch = await BatchWatch.RunAsync(asJson ? context with { Out = context.Error } : context, api, id, cancellationToken);
                if (asJson) context.WriteJson(batch);
                return await ConcludeAsync(context, api, batch, Path.Combine(parsed.GetRequiredValue(output), id), asJson, cancellationToken);
            });
    }

    private static async Task<int> ConcludeAsync(
        CliContext context, ApiClient api, BatchStatus batch, string folder, bool quiet, CancellationToken cancellationToken)
    {
        if (batch.State == BatchState.Failed) throw new FailedException($"The batch failed: {batch.Reason?.Message} ({batch.Reason?.Code})");
        await BatchDownload.RunAsync(api, batch, folder, cancellationToken);
        if (quiet) return ExitCodes.Ok;
        var results = Path.Combine(folder, BatchDownload.Results);
        context.Out.Write(ConsoleExtensions.NewFacts(
            ("batch", batch.Id),
            ("model", $"{batch.Model}@{batch.Version}"),
            ("items", Format.Count(batch.Items)),
            ("classified", Format.Count(batch.Results)),
            ("unsure of them",
                await UnsureAsync(results, cancellationToken) is { } unsure ? Format.Count(unsure) : null),
            ("with a warning", await CountWarningsAsync(results, cancellationToken) is > 0 and var warned ? Format.Count(warned) : null),
            ("with errors", Format.Count(batch.Errors)),
            ("skipped", Format.Count(batch.Skipped)),
            ("results", folder)));
        return ExitCodes.Ok;
    }

    private static async Task<int> CountWarningsAsync(string results, CancellationToken cancellationToken) =>
        await File.ReadLinesAsync(results, cancellationToken)
            .CountAsync(l => l.Contains("\"warning\":\"", StringComparison.Ordinal), cancellationToken);

    // Null where the version has no threshold. By the text alone: a quotation mark within a name is written otherwise.
    private static async Task<int?> UnsureAsync(string results, CancellationToken cancellationToken)
    {
        int? unsure = null;
        await foreach (var line in File.ReadLinesAsync(results, cancellationToken))
        {
            if (line.Contains("\"decision\":\"", StringComparison.Ordinal))
                unsure = (unsure ?? 0) + (line.Contains($"\"decision\":\"{ConfidenceThreshold.Unsure}\"", StringComparison.Ordinal) ? 1 : 0);
        }

        return unsure;
    }
}
