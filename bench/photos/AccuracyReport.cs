using System.Globalization;
using System.Text;
using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.TrainingBench;

namespace WrnCloud.PhotosBench;

/// <summary>Trains on each set by ML.NET and by our recipes, one after the other, and puts what came out side by side.</summary>
internal sealed class AccuracyReport(IReadOnlyList<string> recipes, double testShare, Uri? endpoint, TimeProvider clock)
{
    private static readonly Dictionary<string, string> Unchanged = [];

    /// <summary>Prints the table, and writes it where asked; 0 when every set that is there was measured.</summary>
    public async Task<int> RunAsync(IReadOnlyList<FileInfo> files, FileInfo? summary, CancellationToken cancellationToken)
    {
        var there = files.Where(f => f.Exists).ToList();
        foreach (var missing in files.Except(there)) Console.WriteLine($"{missing.FullName} is not there: the set is left out.");
        if (there.Count == 0) return 0;
        await using var local = endpoint is null ? await LocalService.StartAsync(clock, cancellationToken) : null;
        var service = local?.Environment ?? new Dictionary<string, string> { ["WRN_ENDPOINT"] = endpoint!.AbsoluteUri };
        var (rows, texts) = (new List<AccuracyRow>(), new List<string>());
        foreach (var file in there)
        {
            using var set = PhotoSet.Unpack(file, testShare);
            texts.Add($"* {set.Describe()}");
            Console.WriteLine(texts[^1]);
            rows.AddRange(await MlNetAsync(set, cancellationToken));
            rows.AddRange(await OursAsync(set, local, service, cancellationToken));
        }

        var text = Text(rows, texts, there);
        Console.WriteLine(text);
        if (summary is not null) await Evidence.File.WriteAsync(summary, "Accuracy and time", text, cancellationToken);
        return 0;
    }

    private static async Task<List<AccuracyRow>> MlNetAsync(PhotoSet set, CancellationToken cancellationToken)
    {
        var answer = await BenchProgram.RunAsync(BenchProgram.MlNet, ["accuracy", set.Folder], Unchanged, cancellationToken);
        var fits = JsonSerializer.Deserialize<List<MlNetFit>>(answer.Split('\n')[^1], JsonSerializerOptions.Web)!;
        return [.. fits.Select(f => Said(new AccuracyRow(set.Name, $"ML.NET, {f.Trainer}", new(f.Correct, set.Test), f.Seconds, IsOurs: false)))];
    }

    private async Task<List<AccuracyRow>> OursAsync(
        PhotoSet set, LocalService? local, IReadOnlyDictionary<string, string> service, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        await BenchProgram.RunAsync(BenchProgram.Cli, ["datasets", "push", set.Name, set.Folder], service, cancellationToken);
        Console.WriteLine($"  pushed in {clock.GetElapsedTime(started).TotalSeconds:0.0} s");
        var rows = new List<AccuracyRow>();
        foreach (var recipe in recipes)
        {
            local?.ForgetPictures();
            string[] named = recipe.Length == 0 ? [] : ["--recipe", recipe];
            started = clock.GetTimestamp();
            var job = await WrnAsync<Job>(["train", "--dataset", set.Name, "--watch", "--json", .. named], service, cancellationToken);
            var seconds = clock.GetElapsedTime(started).TotalSeconds;
            var name = $"{job.Resolved.ModelName}@{job.Version}";
            var version = await WrnAsync<ModelVersion>(["models", "show", name, "--json"], service, cancellationToken);
            var top1 = new CountedShare((int)Math.Round((version.Top1 ?? throw new BenchException($"{name} was not tested.")) * set.Test), set.Test);
            rows.Add(Said(new AccuracyRow(set.Name, $"{job.Resolved.Recipe}, {version.Architecture}", top1, seconds, IsOurs: true)));
        }

        return rows;
    }

    private static async Task<T> WrnAsync<T>(string[] arguments, IReadOnlyDictionary<string, string> service, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<T>(await BenchProgram.RunAsync(BenchProgram.Cli, arguments, service, cancellationToken), WrnJson.Compact)!;

    private static AccuracyRow Said(AccuracyRow row)
    {
        Console.WriteLine($"  {row.Way}: {row.Top1}, {row.Seconds:0.0} s");
        return row;
    }

    private string Text(List<AccuracyRow> rows, List<string> sets, List<FileInfo> files)
    {
        var text = new StringBuilder(
            $"""
            {Machine.Describe()}. Everyone sees the same split. ML.NET 5.0.1 computes the features once, scales them, trains on them and
            tests; its time is from the start of its process. Ours is from `wrn train` to the published version: validation, export, parity check
            and model card are in it. Top-1 with Wilson's 95 % interval.

            """.ReplaceLineEndings("\n"));
        foreach (var set in sets) text.Append(CultureInfo.InvariantCulture, $"\n{set}");
        text.Append("\n\n| set | | top-1 | seconds | against ML.NET's better one | time against its faster one |\n|---|---|---|---|---|---|\n");
        foreach (var own in rows.GroupBy(r => r.Set, StringComparer.Ordinal))
        {
            var peers = own.Where(r => !r.IsOurs).ToList();
            var (best, fastest) = (peers.Max(r => r.Top1.Share), peers.Min(r => r.Seconds));
            foreach (var row in own)
            {
                var difference = $"{100 * (row.Top1.Share - best):+0.0;−0.0;0.0} points{(row.Top1.Share < best ? ", goal missed" : "")}";
                var comparison = row.IsOurs ? $"{difference} | {row.Seconds / fastest:0.00}×" : " | ";
                text.Append(CultureInfo.InvariantCulture, $"| {row.Set} | {row.Way} | {row.Top1} | {row.Seconds:0.0} | {comparison} |\n");
            }
        }

        var names = string.Join(' ', files.Select(f => f.Name));
        var ways = string.Join(' ', recipes.Select(r => r.Length == 0 ? "\"\"" : r));
        text.Append(
            "\n" + Evidence.File.Command($"accuracy {names} --recipe {ways} --test-share {testShare.ToString(CultureInfo.InvariantCulture)}"));
        return text.ToString();
    }

    private sealed record MlNetFit(string Trainer, int Correct, double Seconds);
}
