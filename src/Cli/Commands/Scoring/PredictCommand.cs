using System.CommandLine;
using Spectre.Console;
using WrnCloud.Cli.Commands.Models;
using WrnCloud.Cli.Output;
using WrnCloud.Scoring;

namespace WrnCloud.Cli.Commands.Scoring;

internal static class PredictCommand
{
    public static Command Create(CliContext context)
    {
        var model = ModelArgument.Create();
        var images = new Argument<string[]>("IMAGE") { Description = "PNG, JPEG or WebP files.", Arity = ArgumentArity.OneOrMore };
        var json = GlobalOptions.Json();
        return new Command("predict", "Classifies pictures. Fails when one of them can't be.") { model, images, json }.DoesWithApi(
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
        var table = ConsoleExtensions.NewTable("picture", "class", "probability").AddColumn("next");
        foreach (var ((name, _), result) in pictures.Zip(answer.Results))
        {
            if (result.Error is { } error)
                table.AddRow(new Text(name), new Text(error.Code, new Style(Color.Red)), new Text(""), new Text(error.Message));
            else if (result.Top.Count > 0)
                table.AddTexts(name, result.Top[0].Class, Format.Percent(result.Top[0].P), string.Join(", ", result.Top.Skip(1).Select(t => $"{t.Class} {Format.Percent(t.P)}")));
        }

        context.Out.Write(table);
        var t = answer.Timings;
        context.Out.Say($"[grey]{answer.Model}@{answer.Version}: waited {t.QueueMs:0.0} ms, decoded {t.DecodeMs:0.0} ms, inferred {t.InferMs:0.0} ms, batch of {t.Batch}[/]");
    }
}
