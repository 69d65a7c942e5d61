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
            "The model's NAME. Its production version classifies the batch, else the latest.",
            reference => reference is { Version: null, Alias: null }
                ? null
                : "The production version classifies a batch, else the latest: give only the NAME (`wrn models promote` sets the version).");
        var zip = new Argument<FileInfo>("ZIP") { Description = "An archive of pictures, or one picture." };
        var output = new Option<string>("--output") { Description = "Folder for the results.", DefaultValueFactory = _ => "." };
        var json = GlobalOptions.Json();
        return new Command("batch", "Classifies an archive of pictures and downloads the results.") { model, zip, output, json }.DoesWithApi(
            context,
            async (parsed, api, cancellationToken) =>
            {
                var file = parsed.GetRequiredValue(zip);
                if (!file.Exists) throw new UsageException($"There is no file '{file.FullName}'.");
                var bytes = await File.ReadAllBytesAsync(file.FullName, cancellationToken);
                var name = BlobName.IsSegment(file.Name) ? file.Name : "input" + file.Extension.ToLowerInvariant();
                var id = await BatchUpload.RunAsync(api, parsed.GetRequiredValue(model).Name, name, bytes, context.Clock, cancellationToken);
                context.Error.Say($"[grey]Uploaded {Format.Bytes(bytes.Length)} as batch {id}.[/]");

                // With --json only the response goes to standard output, and the progress to standard error.
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
            ("of them unsure",
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

    // Null where the version has no threshold. Matching text is enough: a quotation mark within a name is escaped.
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
