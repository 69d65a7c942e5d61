using System.CommandLine;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;
using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;
using WrnCloud.Datasets.Checks;
using WrnCloud.Storage;

namespace WrnCloud.Cli.Commands.Datasets;

/// <summary>Looks at labelled pictures: before anything is pushed, which needs no service, or at those of a data set.</summary>
internal static class DatasetsCheckCommand
{
    public static Command Create(CliContext context)
    {
        var path = new Argument<string>("PATH|NAME")
        {
            Description = "The pictures: a folder with a folder for each class, or with train, val and test that have them; "
                + "a zip, or a folder of zips, of the same; else a pushed data set's name.",
        };
        var maxBad = PictureOptions.CreateMaxBad();
        var html = new Option<string?>("--html") { Description = "Also write a page that shows them, with nothing beside it.", HelpName = "FILE" };
        var json = GlobalOptions.Json();
        var command = new Command("check", "Looks for bad, double and doubtful pictures.") { path, maxBad, html, json };
        return command.Does(context, async (parsed, cancellationToken) =>
        {
            var named = parsed.GetRequiredValue(path);
            var most = parsed.GetValue(maxBad) ?? PushOptions.DefaultMaxBadPercent;
            var page = parsed.GetValue(html);
            var (findings, problems) = !IsPushed(named)
                ? DatasetSource.WithImageFolder(named, (folder, _, leftOut) => Check(named, folder, leftOut, most, page, cancellationToken))
                : await WithApiAsync(
                    api => PushedPictures.WithImageFolderAsync(
                        api, named, folder => Check(named, folder, [], most, page, cancellationToken), cancellationToken));
            if (parsed.GetValue(json)) context.WriteJson(new { Ok = problems.Count == 0, Problems = problems, Findings = findings });
            else FindingsReport.Write(context.Out, findings, problems, IsPushed(named) ? null : SplitSentence.ToDraw(findings));
            return problems.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;

            async Task<T> WithApiAsync<T>(Func<ApiClient, Task<T>> act)
            {
                var target = EndpointFinder.Find(parsed.GetValue(GlobalOptions.Endpoint), parsed.GetValue(GlobalOptions.Key), context);
                using var api = new ApiClient(target.Endpoint, target.Key, context.Clock);
                return await act(api);
            }
        });
    }

    private static bool IsPushed(string named) => BlobName.IsSegment(named) && !File.Exists(named) && !Directory.Exists(named);

    private static (DatasetFindings Findings, IReadOnlyList<string> Problems) Check(
        string named, ImageFolder folder, IReadOnlyList<string> leftOut, double maxBad, string? html, CancellationToken cancellationToken)
    {
        var pictures = new List<CheckedPicture>();
        folder.Inspect(pictures.Add, cancellationToken);
        var findings = DatasetCheck.Of(pictures, [.. leftOut, .. folder.LeftOut]);
        var problems = Problems(findings, maxBad).ToList();
        if (html is not null) File.WriteAllText(html, CheckPage.Write($"Check of {named}", folder, pictures, findings, problems, cancellationToken));
        return (findings, problems);
    }

    // What must be mended before training is worth its time. The rest is for people to judge.
    private static IEnumerable<string> Problems(DatasetFindings findings, double maxBad)
    {
        if (findings.Classes.Count == 0)
            yield return "There is no picture that can be read, in a place that tells its class: "
                + "they are looked for as train/CLASS/FILE, or CLASS/FILE.";
        if (findings.Classes.Count == 1)
            yield return $"There is one class only, {ClassName.Quoted(findings.Classes[0].Name)}: "
                + "training takes two or more, as train/CLASS/FILE, or CLASS/FILE.";
        foreach (var name in findings.Unreadable) yield return $"No picture of the class {ClassName.Quoted(name)} can be read.";
        foreach (var c in findings.Classes.Where(c => c.Train == 0))
            yield return $"No training picture is of the class {ClassName.Quoted(c.Name)}, which has others.";
        if (100 * findings.BadShare > maxBad) yield return $"{findings.BadShare:P1} of the pictures can't be read; at most {maxBad:0.#} % may.";
        if (findings.Conflicts.Count > 0)
            yield return $"{Pictures(findings.Conflicts.Count)} there under more than one class: at least one label of each is wrong.";
        if (findings.Leaks.Count > 0)
            yield return $"{Pictures(findings.Leaks.Count)} in more than one split: what is tested on must not be trained on.";
    }

    private static string Pictures(int count) => count == 1 ? "One picture is" : $"{count:N0} pictures are";
}
