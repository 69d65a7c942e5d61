using WrnCloud.Cli.Output;
using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Demo;

/// <summary>Draws or reads the data set, measures a linear model's accuracy on it, and pushes it.</summary>
internal static class DataChapter
{
    public static async Task<DemoData> RunAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var dataset = await Task.Run(() => Make(stage.Plan), cancellationToken);
        var manifest = dataset.Manifest;
        var (training, test) = (Format.Count(manifest.Images.Train), Format.Count(manifest.Images.Test));
        stage.Out.Say($"  {training} training and {test} test images, 32×32, of {string.Join(", ", manifest.Classes)}");
        if (stage.Context.IsTerminal) stage.Out.Write(Thumbnails.Of(dataset.Test, DemoPlan.PredictedImages));

        var baseline = await BaselineAsync(dataset, cancellationToken);
        var (linear, guessing) = (Format.Percent(baseline), Format.Percent(1.0 / manifest.Classes.Count));
        stage.Out.Say($"  Logistic regression on the pixels gets [bold]{linear}[/] of the test images right; guessing would get {guessing}.");
        if (stage.Plan.HasLimits)
            stage.Check(baseline <= DemoPlan.LargestBaseline, $"a linear model stays below {Format.Percent(DemoPlan.LargestBaseline)}");

        var isNew = await DatasetPush.RunAsync(stage.Api, dataset, stage.Context.Clock, _ => { }, cancellationToken);
        var bytes = dataset.Manifest.Files.Sum(f => f.Length);
        if (isNew)
            stage.Out.Say(
                $"  Pushed as [bold]{manifest.Name}[/]: {Format.Bytes(bytes)} in {dataset.Files.Count} files, hash {manifest.DatasetHash[..12]}");
        else stage.Out.Say($"  The service already has [bold]{manifest.Name}[/] with this content.");
        return new DemoData(dataset, baseline);
    }

    private static LocalDataset Make(DemoPlan plan) =>
        plan.DataFolder is { } folder ? Cifar10Folder.Read(plan.Dataset, folder) : DrawnShapes.Create(plan.Dataset);

    private static Task<double> BaselineAsync(LocalDataset dataset, CancellationToken cancellationToken) => Task.Run(
        () => LinearBaseline.BestTestAccuracy(
            DemoData.First(dataset.Train, DemoPlan.BaselineImages), dataset.Test, DemoPlan.BaselineEpochs, cancellationToken),
        cancellationToken);
}
