using Spectre.Console;
using WrnCloud.Batches;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;
using WrnCloud.Cli.Pushing;
using WrnCloud.Cli.Watching;
using WrnCloud.Datasets;
using WrnCloud.Models;

namespace WrnCloud.Cli.Demo;

/// <summary>Uploads an archive, some of its entries broken, waits for the batch, and checks that nothing was lost.</summary>
internal static class BatchChapter
{
    /// <summary>Returns the share of the good pictures that were classified correctly.</summary>
    public static async Task<double> RunAsync(DemoStage stage, DemoData data, ModelVersion model, CancellationToken cancellationToken)
    {
        var folder = stage.Folders.Fresh("batch");
        var archive = DemoArchive.Of(DemoData.First(data.Test, DemoPlan.BatchImages), withBroken: true);
        await File.WriteAllBytesAsync(Path.Combine(folder, "pictures.zip"), archive.Zip, cancellationToken);
        var broken = archive.Entries.Count(e => e.ErrorCode is not null);
        var zip = stage.Shown(Path.Combine(folder, "pictures.zip"));
        stage.Out.Say($"  {zip}: {archive.Entries.Count} entries, of which {broken} are broken; uploading it starts the batch.");

        var id = await BatchUpload.RunAsync(stage.Api, model.Name, "pictures.zip", archive.Zip, stage.Context.Clock, cancellationToken);
        var status = await BatchWatch.RunAsync(stage.Context, stage.Api, id, cancellationToken);
        if (status.State != BatchState.Succeeded)
            throw new FailedException($"The batch ended {status.State}: {status.Reason?.Message} ({status.Reason?.Code}). Logs: {stage.LogFolder}");

        await BatchDownload.RunAsync(stage.Api, status, folder, cancellationToken);
        var output = BatchOutput.Read(folder, archive.Zip);
        var table = ConsoleExtensions.NewTable("entry", "name", "error").AddColumn("message");
        foreach (var error in output.Errors) table.AddTexts(error.Index.ToString(), error.Name, error.Code, error.Message);
        stage.Out.Write(table);
        stage.Out.Write(new Padder(Describe(output.Manifest), new Padding(2, 0, 0, 1)));
        foreach (var (holds, claim) in BatchCheck.Run(archive.Entries, status, output)) stage.Check(holds, claim);

        var accuracy = BatchCheck.Accuracy(archive.Entries, output);
        stage.Out.Say(
            $"  {Format.Percent(accuracy)} of the {archive.Entries.Count - broken} good pictures are classified right, by version {status.Version}.");
        stage.Out.Say($"  Downloaded to {stage.Shown(folder)}: {BatchDownload.Results}, {BatchDownload.Errors}, {BatchDownload.Manifest}");
        return accuracy;
    }

    private static Grid Describe(BatchManifest manifest) => ConsoleExtensions.NewFacts(
        ("manifest", $"{manifest.Items} items: {manifest.Results} results, {manifest.Errors} errors, {manifest.Skipped} skipped"),
        ("model", $"{manifest.Model}@{manifest.Version}"),
        ("input", manifest.Input),
        ("its SHA-256", manifest.InputSha256));
}
