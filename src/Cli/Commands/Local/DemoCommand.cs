using System.CommandLine;
using WrnCloud.Cli.Demo;
using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Commands.Local;

/// <summary>Runs the demo of the whole service; its chapters are in <c>Demo/</c>.</summary>
internal static class DemoCommand
{
    public static Command Create(CliContext context)
    {
        var dataset = new Option<string>("--dataset")
        {
            Description = "shapes10 is drawn; cifar10 is read from --data.",
            DefaultValueFactory = _ => Shapes10.Name,
        };
        dataset.AcceptOnlyFromAmong(Shapes10.Name, DemoPlan.Cifar10);
        var data = new Option<string?>("--data")
        {
            Description = "Folder with CIFAR-10's data_batch_1…5.bin and test_batch.bin.",
            HelpName = "FOLDER",
        };
        var model = new Option<string?>("--model")
        {
            Description = $"The network; default {DemoPlan.ShapesNetwork}, for cifar10 {DemoPlan.CifarNetwork}.",
        };
        var recipe = new Option<string?>("--recipe") { Description = $"Default {DemoPlan.ShapesRecipe}, for cifar10 {DemoPlan.CifarRecipe}." };
        var epochs = NumberOption.Create<int>("--epochs", "Replaces the recipe's value.");
        var state = new Option<string?>("--state") { Description = "Folder for the service's state; default a temporary one.", HelpName = "FOLDER" };
        var keep = new Option<bool>("--keep") { Description = "Keep the temporary state folder, to continue with `wrn up --state`." };
        var command = new Command("demo", "Shows everything on this machine: start, push data, train, predict, classify a batch.")
        {
            dataset, data, model, recipe, epochs, state, keep,
        };
        return command.Does(
            context,
            async (parsed, cancellationToken) =>
            {
                var isCifar = parsed.GetValue(dataset) == DemoPlan.Cifar10;
                var folder = parsed.GetValue(data);
                if (isCifar && folder is null)
                    throw new UsageException("--dataset cifar10 needs --data FOLDER with data_batch_1…5.bin and test_batch.bin.");
                if (!isCifar && folder is not null) throw new UsageException("--data goes with --dataset cifar10; shapes10 is drawn.");
                if (folder is not null) Cifar10Folder.Find(folder);
                var plan = new DemoPlan
                {
                    Dataset = parsed.GetRequiredValue(dataset),
                    DataFolder = folder,
                    Network = parsed.GetValue(model) ?? (isCifar ? DemoPlan.CifarNetwork : DemoPlan.ShapesNetwork),
                    Recipe = parsed.GetValue(recipe) ?? (isCifar ? DemoPlan.CifarRecipe : DemoPlan.ShapesRecipe),
                    Epochs = parsed.GetValue(epochs),
                    StateFolder = parsed.GetValue(state) is { } path ? FolderOption.FullPath("--state", path, context.Folder) : null,
                    Keep = parsed.GetValue(keep),
                };
                return await DemoRun.RunAsync(context, plan, cancellationToken);
            });
    }
}
