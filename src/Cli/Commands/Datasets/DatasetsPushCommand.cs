using System.CommandLine;
using WrnCloud.Cli.Output;
using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Commands.Datasets;

internal static class DatasetsPushCommand
{
    private static readonly Dictionary<string, DatasetFormat> Formats = new()
    {
        ["cifar10-binary"] = DatasetFormat.Cifar10Binary,
        ["cifar100-binary"] = DatasetFormat.Cifar100Binary,
        ["svhn-mat"] = DatasetFormat.SvhnMat,
        ["image-folder"] = DatasetFormat.ImageFolder,
    };

    public static Command Create(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The data set's name. A stored data set never changes." };
        var path = new Argument<string?>("PATH")
        {
            Description = "The pictures: a folder with a folder for each class, or with train, val and test that have them; "
                + "or a zip, or a folder of zips, with the same layout.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var format = new Option<string?>("--format") { Description = "The files' format; by default detected from their names." };
        format.AcceptOnlyFromAmong([.. Formats.Keys, Shapes10.Name]);
        var data = new Option<string?>("--data")
        {
            Description = "The same as PATH. cifar10-binary: folder with data_batch_1…5.bin and test_batch.bin, or *train*.bin and *test*.bin; "
                + "batches.meta.txt names the classes. "
                + "cifar100-binary: folder with train.bin and test.bin; fine_label_names.txt names the classes. "
                + "svhn-mat: folder with *train*.mat and *test*.mat; *extra*.mat is also for training. "
                + "image-folder: pictures as train/CLASS/FILE, val/CLASS/FILE and test/CLASS/FILE, or CLASS/FILE; a split that is missing is drawn, "
                + "of several zips the names count (test, val, dev). "
                + "shapes10: none; it is drawn.",
            HelpName = "FOLDER|ZIP",
        };
        var options = PictureOptions.Create();
        var command = new Command("push", "Checks and uploads a data set.")
        {
            name, path, format, data, options.MaxBad, options.Validation, options.Test, options.Seed,
        };
        return command.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var asked = options.Of(parsed) with { Report = findings => FindingsReport.WriteProblems(context.Out, findings) };
            var dataset = Read(
                parsed.GetRequiredValue(name),
                parsed.GetValue(format),
                PathOf(parsed.GetValue(path), parsed.GetValue(data)),
                asked,
                cancellationToken);
            var manifest = dataset.Manifest;
            context.Out.Say($"{manifest.Name}: {SplitSentence.Of(manifest.Images, manifest.Classes.Count)}");
            foreach (var line in SplitSentence.Origins(manifest)) context.Out.Say($"[grey]  {line}[/]");
            var isNew = await DatasetPush.RunAsync(api, dataset, context.Clock, file => context.Out.Say($"[grey]  {file}[/]"), cancellationToken);
            if (isNew) context.Out.Say($"[green]Pushed.[/] Data set {manifest.Name}, hash {manifest.DatasetHash[..12]}");
            else context.Out.Say($"[green]The same data set already exists.[/]");
            return ExitCodes.Ok;
        });
    }

    private static string? PathOf(string? argument, string? option) =>
        argument is null || option is null
            ? argument ?? option
            : throw new UsageException("The files are given twice, as PATH and with --data: give one of them.");

    private static LocalDataset Read(
        string name, string? format, string? path, PushOptions options, CancellationToken cancellationToken) =>
        (format, path) switch
        {
            (Shapes10.Name, null) => DrawnShapes.Create(name),
            (Shapes10.Name, _) => throw new UsageException("--format shapes10 takes no files: it is drawn."),
            (_, null) => throw new UsageException("The files to push are missing: wrn datasets push NAME FOLDER, or a zip."),
            (null, _) => DatasetSource.Read(name, DatasetSource.FormatOf(path), path, options, cancellationToken),
            _ => DatasetSource.Read(name, Formats[format], path, options, cancellationToken),
        };
}
