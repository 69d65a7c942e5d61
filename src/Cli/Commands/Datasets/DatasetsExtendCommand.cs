using System.CommandLine;
using WrnCloud.Cli.Output;
using WrnCloud.Cli.Pushing;

namespace WrnCloud.Cli.Commands.Datasets;

/// <summary>Creates a data set from an existing one without uploading that one's files again.</summary>
internal static class DatasetsExtendCommand
{
    public static Command Create(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The new data set's name." };
        var parent = new Argument<string>("PARENT") { Description = "The data set that it extends. Its test split stays unchanged." };
        var add = new Option<string?>("--add")
        {
            Description = "New pictures for training and validation: a folder, a zip, or a folder of zips, as for push.",
            HelpName = "PATH",
        };
        var correct = new Option<string?>("--correct")
        {
            Description = "Corrected labels: a text file with PICTURE,CLASS on each line, with pictures named as in a check.",
            HelpName = "FILE",
        };
        var maxBad = PictureOptions.CreateMaxBad();
        var command = new Command("extend", "Adds pictures to a data set, or corrects labels, without uploading the rest again.")
        {
            name, parent, add, correct, maxBad,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(add) is null && result.GetResult(correct) is null)
                result.AddError("Give --add PATH, --correct FILE, or both.");
        });
        return command.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var options = PushOptions.Default with
            {
                MaxBad = parsed.GetValue(maxBad) / 100 ?? PushOptions.Default.MaxBad,
                Report = findings => FindingsReport.WriteProblems(context.Out, findings),
            };
            var (dataset, extension) = await ExtendedDataset.ReadAsync(
                api,
                parsed.GetRequiredValue(name),
                parsed.GetRequiredValue(parent),
                parsed.GetValue(add),
                parsed.GetValue(correct),
                options,
                cancellationToken);
            if (extension.Known > 0) context.Out.Say($"[grey]  {extension.Known:N0} of the new pictures already exist.[/]");
            if (extension.LikeTest > 0)
                context.Out.Say(
                    $"[yellow]  Left out: {extension.LikeTest:N0} pictures that are in the test split, or look like one of its pictures.[/]");
            foreach (var conflict in extension.Conflicts) context.Out.Say($"[yellow]  {conflict} looks like a picture of another class.[/]");
            var manifest = dataset.Manifest;
            context.Out.Say($"{manifest.Name}: {SplitSentence.Of(manifest.Images, manifest.Classes.Count)}");
            var isNew = await DatasetPush.RunAsync(api, dataset, context.Clock, file => context.Out.Say($"[grey]  {file}[/]"), cancellationToken);
            if (isNew) context.Out.Say($"[green]Pushed.[/] Data set {manifest.Name}, hash {manifest.DatasetHash[..12]}");
            else context.Out.Say($"[green]The same data set already exists.[/]");
            return ExitCodes.Ok;
        });
    }
}
