using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.TrainingBench;

namespace WrnCloud.PhotosBench;

/// <summary>Pictures a second through the frozen network, by turns.</summary>
internal sealed class FeaturesReport(int rounds, double seconds, int threads)
{
    private const double GoalInBatches = 0.95;
    private const double GoalWithDecoding = 1.8;
    private const int PeerPictures = 120;
    private static readonly Dictionary<string, string> Unchanged = [];

    /// <summary>Prints the table, and writes it where asked.</summary>
    public async Task<int> RunAsync(FileInfo file, FileInfo? summary, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            Console.WriteLine($"{file.FullName} is not there: nothing is measured.");
            return 0;
        }

        using var set = PhotoSet.Unpack(file, 0.1);
        var (ours, runtime, decoding, mlNet) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(await MeasureAsync(new FeatureRequest(FeatureWay.Ours, seconds, threads), cancellationToken));
            runtime.Add(await MeasureAsync(new FeatureRequest(FeatureWay.OnnxRuntime, seconds, threads), cancellationToken));
            decoding.Add(await MeasureAsync(new FeatureRequest(FeatureWay.OursDecoding, seconds, threads, set.Folder), cancellationToken));
            mlNet.Add(await MlNetAsync(set, cancellationToken));
        }

        var lines = new[]
        {
            $"{Machine.Describe()}.",
            $"{rounds} rounds by turns, every measurement a process of its own, {threads} threads; medians, ratios pair by pair (smallest–largest).",
            "",
            "| pictures/s | ours | peer | ratio | goal | |",
            "|---|---|---|---|---|---|",
            Row("float32, batches of 16 in memory; ONNX Runtime on the file that the weights are from", ours, runtime, GoalInBatches),
            Row($"as in a job, JPEG files of {set.Name} decoded; ML.NET's featurizer", decoding, mlNet, GoalWithDecoding),
            "",
        };
        var text = string.Join('\n', lines) + "\n" + Evidence.File.Command($"features {file.Name} --rounds {rounds} --seconds {seconds:0.#}");
        Console.WriteLine(text);
        if (summary is not null) await Evidence.File.WriteAsync(summary, "Features of the frozen network", text, cancellationToken);
        return 0;
    }

    private static async Task<double> MeasureAsync(FeatureRequest request, CancellationToken cancellationToken)
    {
        string[] arguments = [FeatureMeasurement.Verb, JsonSerializer.Serialize(request, WrnJson.Compact)];
        var answer = await BenchProgram.RunAsync(BenchProgram.Self, arguments, Unchanged, cancellationToken);
        return JsonSerializer.Deserialize<double>(answer, WrnJson.Compact);
    }

    private static async Task<double> MlNetAsync(PhotoSet set, CancellationToken cancellationToken)
    {
        var answer = await BenchProgram.RunAsync(BenchProgram.MlNet, ["features", set.Folder, $"{PeerPictures}"], Unchanged, cancellationToken);
        var rate = JsonSerializer.Deserialize<MlNetRate>(answer.Split('\n')[^1], JsonSerializerOptions.Web)!;
        return rate.Pictures / rate.Seconds;
    }

    private static string Row(string what, List<double> ours, List<double> peer, double goal)
    {
        var ratios = ours.Zip(peer, (a, b) => a / b).ToList();
        var ratio = Statistics.Median(ratios);
        var spread = $"{ratio:0.00} ({ratios.Min():0.00}–{ratios.Max():0.00})";
        var rates = $"{Statistics.Median(ours):0.0} | {Statistics.Median(peer):0.0}";
        return $"| {what} | {rates} | {spread} | ≥ {goal:0.00} | {(ratio >= goal ? "met" : "missed")} |";
    }

    private sealed record MlNetRate(int Pictures, double Seconds);
}
