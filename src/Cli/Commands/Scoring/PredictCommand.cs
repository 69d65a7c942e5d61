using System.CommandLine;
using Spectre.Console;
using WrnCloud.Cli.Commands.Models;
using WrnCloud.Cli.Output;
using WrnCloud.Evaluation;
using WrnCloud.Scoring;

namespace WrnCloud.Cli.Commands.Scoring;

internal static class PredictCommand
{
    public static Command Create(CliContext context)
    {
        var model = ModelArgument.Create();
        var images = new Argument<string[]>("IMAGE") { Description = "PNG, JPEG or WebP files.", Arity = ArgumentArity.OneOrMore };
        var json = GlobalOptions.Json();
        return new Command("predict", "Classifies pictures. Fails if one of them can't be classified.") { model, images, json }.DoesWithApi(
            context,
            async (parsed, api, cancellationToken) =>
            {
                var pictures = new List<(string Name, byte[] Bytes)>();
                foreach (var path in parsed.GetRequiredValue(images))
                {
                    if (!File.Exists(path)) throw new UsageException($"There is no file '{path}'.");
                    pictures.Add((Path.GetFileName(path), await File.ReadAllBytesAsync(path, cancellationToken)));
                }

                var answer = await api.PredictAsync(parsed.GetRequiredValue(model), pictures, cancellationToken);
                if (parsed.GetValue(json)) context.WriteJson(answer);
                else Show(context, pictures, answer);
                return answer.Results.Any(r => r.Error is not null) ? ExitCodes.Failed : ExitCodes.Ok;
            });
    }

    private static void Show(CliContext context, List<(string Name, byte[] Bytes)> pictures, PredictResponse answer)
    {
        var decides = answer.Results.Any(r => r.Decision is not null);
        var table = ConsoleExtensions.NewTable("picture", decides ? "decision" : "class", "probability").AddColumn("next");
        var hasDistance = answer.Results.Any(r => r.Distance is not null);
        if (hasDistance) table.AddColumn(new TableColumn("distance (farther)").NoWrap());
        foreach (var ((name, _), result) in pictures.Zip(answer.Results))
        {
            if (result.Error is { } error)
                table.AddRow(
                [
                    new Text(name),
                    new Text(error.Code, new Style(Color.Red)),
                    new Text(""),
                    new Text(error.Message),
                    .. Distance(hasDistance, null),
                ]);
            else if (result.Top.Count > 0)
                table.AddRow(
                [
                    new Text(name),
                    Decision(result),
                    new Text(Format.Percent(result.Top[0].P)),
                    new Text(Next(result)),
                    .. Distance(hasDistance, result.Distance),
                ]);
        }

        context.Out.Write(table);
        foreach (var ((name, _), result) in pictures.Zip(answer.Results).Where(p => p.Second.Warning is not null))
            context.Out.Say($"[yellow]{name}: {result.Warning}[/]");
        var t = answer.Timings;
        var times = $"waited {t.QueueMs:0.0} ms, decoded {t.DecodeMs:0.0} ms, inferred {t.InferMs:0.0} ms, batch of {t.Batch}";
        context.Out.Say($"[grey]{answer.Model}@{answer.Version}: {times}[/]");
    }

    private static Text Decision(PredictResult result) => IsUnsure(result)
        ? new Text(ConfidenceThreshold.Unsure, new Style(Color.Yellow))
        : new Text(result.Top[0].Class);

    // The share of validation pictures that are farther away puts the distance into perspective.
    private static Text[] Distance(bool isShown, PictureDistance? distance) =>
        !isShown ? [] : distance is null ? [new Text("")] : [new Text($"{distance.Value:0.00} ({Format.Percent(distance.Farther)})")];

    // For an unsure answer, the most probable class comes first among the others.
    private static string Next(PredictResult result) => string.Join(
        ", ",
        result.Top.Skip(IsUnsure(result) ? 0 : 1).Select((t, i) => i == 0 && IsUnsure(result) ? $"{t.Class}?" : $"{t.Class} {Format.Percent(t.P)}"));

    private static bool IsUnsure(PredictResult result) =>
        result.Decision == ConfidenceThreshold.Unsure && result.Top[0].Class != ConfidenceThreshold.Unsure;
}
