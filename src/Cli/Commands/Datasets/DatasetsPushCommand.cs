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
        var name = new Argument<string>("NAME") { Description = "The data set's name from now on. What is stored never changes." };
        var path = new Argument<string?>("PATH")
        {
            Description = "The pictures: a folder with a folder for each class, or with train, val and test that have them; "
                + "a zip, or a folder of zips, of the same.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var format = new Option<string?>("--format") { Description = "How the files are laid out; default what their names tell." };
        format.AcceptOnlyFromAmong([.. Formats.Keys, Shapes10.Name]);
        var data = new Option<string?>("--data")
        {
            Description = "The same as PATH. cifar10-binary: folder with data_batch_1…5.bin and test_batch.bin, or *train*.bin and *test*.bin; "
                + "batches.meta.txt names the classes. "
                + "cifar100-binary: folder with train.bin and test.bin; fine_label_names.txt names the classes. "
                + "svhn-mat: folder with *train*.mat and *test*.mat; *extra*.mat is for training too. "
                + "image-folder: pictures as train/CLASS/FILE, val/CLASS/FILE and test/CLASS/FILE, or CLASS/FILE; a split that is missing is drawn, "
                + "of several zips the names count (test, val, dev). "
                + "shapes10: none; it is drawn.",
            HelpName = "FOLDER|ZIP",
        };
        var options = PictureOptions.Create();
        var command = new Command("push", "Checks a data set and uploads it.")
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
            else context.Out.Say($"[green]The same data set is there already.[/]");
            return ExitCodes.Ok;
        });
    }

    private static string? PathOf(string? argument, string? option) =>
        argument is null || option is null
            ? argument ?? option
            : throw new UsageException("The files are named twice, as PATH and with --data: once is enough.");

    private static LocalDataset Read(
        string name, string? format, string? path, PushOptions options, CancellationToken cancellationToken) =>
        (format, path) switch
        {
            (Shapes10.Name, null) => DrawnShapes.Create(name),
            (Shapes10.Name, _) => throw new UsageException("No files go with --format shapes10, which is drawn."),
            (_, null) => throw new UsageException("What to push is missing: wrn datasets push NAME FOLDER, or a zip."),
            (null, _) => DatasetSource.Read(name, DatasetSource.FormatOf(path), path, options, cancellationToken),
            _ => DatasetSource.Read(name, Formats[format], path, options, cancellationToken),
        };
}
