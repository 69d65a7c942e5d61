using Spectre.Console;
using WrnCloud.Cli.Output;
using WrnCloud.Models;

namespace WrnCloud.Cli.Demo;

/// <summary>Prints the results, the times, where the files are, and what to do next.</summary>
internal static class SummaryChapter
{
    public static int Run(DemoStage stage, DemoData data, ModelVersion model, int predicted, double batchAccuracy)
    {
        stage.Heading("Summary");
        if (stage.Failures.Count > 0) stage.Folders.KeepState();
        var table = ConsoleExtensions.NewTable("chapter", "time");
        table.Columns[1].RightAligned();
        foreach (var (title, time) in stage.Chapters) table.AddTexts(title, Format.Duration(time));
        table.AddRow(
            new Markup("[bold]all[/]"), new Markup($"[bold]{Format.Duration(stage.Chapters.Aggregate(TimeSpan.Zero, (sum, c) => sum + c.Time))}[/]"));
        stage.Out.Write(table);

        var output = stage.Folders.Output;
        stage.Out.Write(ConsoleExtensions.NewFacts(
            ("model", $"{model.Name}@{model.Version} ({model.Architecture})"),
            ("top-1", $"{Format.Share(model.Top1, data.Test.Count)} of {Format.Count(data.Test.Count)} test images"),
            ("linear baseline", Format.Percent(data.Baseline)),
            ("predicted right", $"{predicted} of {DemoPlan.PredictedImages} in one request, {Format.Percent(batchAccuracy)} in the batch"),
            ("model files", stage.Shown(Path.Combine(output, "model"))),
            ("pictures", stage.Shown(Path.Combine(output, "pictures"))),
            ("batch results", stage.Shown(Path.Combine(output, "batch"))),
            ("service state", stage.Folders.KeepsState ? stage.Folders.State : "temporary, removed now (--keep or --state FOLDER keeps it)")));

        stage.Out.WriteLine();
        Hints(stage, model);
        stage.Out.WriteLine();
        if (stage.Failures.Count == 0)
        {
            stage.Out.Say($"[green bold]All checks passed.[/]");
            return ExitCodes.Ok;
        }

        foreach (var failure in stage.Failures) stage.Context.Error.Say($"[red]{failure}[/]");
        return ExitCodes.Failed;
    }

    private static void Hints(DemoStage stage, ModelVersion model)
    {
        stage.Out.Say($"[bold]Next steps[/]");
        if (stage.Folders.KeepsState)
        {
            stage.Out.WriteLine($"  wrn up --state {stage.Shown(stage.Folders.State)}     the service with the demo's data");
            stage.Out.WriteLine("then, in another terminal, with the variables that it prints:");
            stage.Out.WriteLine($"  wrn predict {model.Name} {stage.Shown(Path.Combine(stage.Folders.Output, "pictures"))}/*.png");
            stage.Out.WriteLine($"  wrn models promote {model.Name}@{model.Version}     point production at this version");
            return;
        }

        stage.Out.WriteLine("  wrn up                 the service on this machine, its state in .wrn; then, in another terminal:");
        stage.Out.WriteLine("  wrn datasets push parts FOLDER     your photographs: a folder with a folder for each class");
        stage.Out.WriteLine("  wrn train --dataset parts --watch");
        stage.Out.WriteLine("  wrn --help             everything else");
    }
}
