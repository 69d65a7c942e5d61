using System.CommandLine;
using WrnCloud.Cli.Output;
using WrnCloud.Cli.Pushing;

namespace WrnCloud.Cli.Commands.Datasets;

internal static class DatasetsPushCommand
{
    private const string Cifar10 = "cifar10-binary";

    public static Command Create(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The data set's name from now on. What is stored never changes." };
        var format = new Option<string>("--format") { Description = "How the files are laid out.", DefaultValueFactory = _ => Cifar10 };
        format.AcceptOnlyFromAmong(Cifar10);
        var data = new Option<string>("--data")
        {
            Description = "Folder with data_batch_1…5.bin and test_batch.bin, or with *train*.bin and *test*.bin; batches.meta.txt names the classes.",
            HelpName = "FOLDER",
            Required = true,
        };
        return new Command("push", "Uploads a data set.") { name, format, data }.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var dataset = Cifar10Folder.Read(parsed.GetRequiredValue(name), parsed.GetRequiredValue(data));
            var manifest = dataset.Manifest;
            context.Out.Say($"{manifest.Name}: {manifest.Images.Train} training and {manifest.Images.Test} test images, {manifest.Classes.Count} classes");
            var isNew = await DatasetPush.RunAsync(api, dataset, context.Clock, file => context.Out.Say($"[grey]  {file}[/]"), cancellationToken);
            if (isNew) context.Out.Say($"[green]Pushed.[/] Data set {manifest.Name}, hash {manifest.DatasetHash[..12]}");
            else context.Out.Say($"[green]The same data set is there already.[/]");
            return ExitCodes.Ok;
        });
    }
}
