using System.CommandLine;
using WrnCloud.Cli.Output;
using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets.Checks;

namespace WrnCloud.Cli.Commands.Datasets;

/// <summary>Looks at labelled pictures before anything is pushed or trained. Needs no service.</summary>
internal static class DatasetsCheckCommand
{
    public static Command Create(CliContext context)
    {
        var path = new Argument<string>("PATH") { Description = "The pictures: a folder with a folder for each class, or with train and test that have them; a zip, or a folder of zips, of the same." };
        var maxBad = PictureOptions.CreateMaxBad();
        var json = GlobalOptions.Json();
        return new Command("check", "Looks for bad, double and doubtful pictures in a folder or zip.") { path, maxBad, json }.Does(context, (parsed, cancellationToken) =>
        {
            var findings = DatasetSource.WithImageFolder(
                parsed.GetRequiredValue(path),
                (folder, _, companions) =>
                {
                    var found = DatasetCheck.Of(folder, cancellationToken);
                    return found with { LeftOut = [.. companions, .. found.LeftOut] };
                });
            var problems = Problems(findings, parsed.GetValue(maxBad) ?? PushOptions.DefaultMaxBadPercent).ToList();
            if (parsed.GetValue(json)) context.WriteJson(new { Ok = problems.Count == 0, Problems = problems, Findings = findings });
            else FindingsReport.Write(context.Out, findings, problems);
            return Task.FromResult(problems.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed);
        });
    }

    // What must be mended before training is worth its time. The rest is for people to judge.
    private static IEnumerable<string> Problems(DatasetFindings findings, double maxBad)
    {
        if (findings.Classes.Count < 2) yield return $"There are {findings.Classes.Count} classes with pictures that can be read; training takes two or more.";
        if (100 * findings.BadShare > maxBad) yield return $"{findings.BadShare:P1} of the pictures can't be read; at most {maxBad:0.#} % may.";
        if (findings.Conflicts.Count > 0) yield return $"{findings.Conflicts.Count:N0} pictures are there under more than one class: at least one label of each is wrong.";
        if (findings.Leaks.Count > 0) yield return $"{findings.Leaks.Count:N0} pictures are in more than one split: what is tested on must not be trained on.";
    }
}
