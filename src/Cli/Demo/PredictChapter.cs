using Spectre.Console;
using WrnCloud.Cli.Output;
using WrnCloud.Images;
using WrnCloud.Models;

namespace WrnCloud.Cli.Demo;

/// <summary>Sends test pictures as files in one request and shows the predictions beside the true classes.</summary>
internal static class PredictChapter
{
    private const int Side = 32;
    private const int Shown = 3;

    /// <summary>Returns the number of pictures that were classified correctly.</summary>
    public static async Task<int> RunAsync(DemoStage stage, DemoData data, ModelVersion model, CancellationToken cancellationToken)
    {
        var folder = stage.Folders.Fresh("pictures");
        var pictures = new List<(string Name, byte[] Bytes)>();
        for (var i = 0; i < Math.Min(DemoPlan.PredictedImages, data.Test.Count); i++)
        {
            var png = ImageEncoder.Png(ImagePlanes.Interleave(DemoData.Planes(data.Test, i)), Side, Side);
            var name = $"{i + 1}-{data.Test.Classes[data.Test.Labels[i]]}.png";
            await File.WriteAllBytesAsync(Path.Combine(folder, name), png, cancellationToken);
            pictures.Add((name, png));
        }

        var answer = await stage.Api.PredictAsync(new ModelReference(model.Name, model.Version), pictures, cancellationToken);
        if (answer.Results.Count != pictures.Count)
            throw new FailedException($"{pictures.Count} pictures were sent, but {answer.Results.Count} results came back.");

        if (stage.Context.IsTerminal) stage.Out.Write(Thumbnails.Of(data.Test, pictures.Count));
        var table = ConsoleExtensions.NewTable("", "picture", "truth", "prediction", "then");
        var right = 0;
        for (var i = 0; i < pictures.Count; i++)
        {
            var truth = data.Test.Classes[data.Test.Labels[i]];
            var result = answer.Results[i];
            if (result.Top is not [var best, ..]) throw new FailedException($"'{pictures[i].Name}' was not classified: {result.Error?.Message}");
            var isRight = best.Index == data.Test.Labels[i];
            if (isRight) right++;
            table.AddRow(
                isRight ? new Markup("[green]✓[/]") : new Markup("[red]✗[/]"),
                new Text(stage.Shown(Path.Combine(folder, pictures[i].Name))),
                new Text(truth),
                new Markup($"[bold]{Markup.Escape(best.Class)}[/] {Format.Percent(best.P)}"),
                new Text(string.Join(", ", result.Top.Skip(1).Take(Shown - 1).Select(t => $"{t.Class} {Format.Percent(t.P)}"))));
        }

        stage.Out.Write(table);
        stage.Out.Say($"[grey]  One request: decoded in {answer.Timings.DecodeMs:0.0} ms, inferred in {answer.Timings.InferMs:0.0} ms.[/]");
        return right;
    }
}
