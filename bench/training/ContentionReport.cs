using System.Globalization;
using WrnCloud.Jobs;

namespace WrnCloud.TrainingBench;

/// <summary>
/// The trainer beside another process that keeps one and two processors busy: against its own rate when quiet, and against PyTorch's default.
/// </summary>
internal sealed class ContentionReport(BenchOptions options)
{
    private const string Network = "WRN-10-1";
    private const int Batch = 64;
    private const int MostBusy = 2;
    private const double GoalShare = 0.35;

    public async Task<int> RunAsync()
    {
        var peer = await Child.PeerVersionAsync(options.Python);
        Console.WriteLine(Machine.Describe(peer));
        var table = new Table(
            "precision", "busy threads", "images/s ours", "of the quiet rate", "CPU s/image ours", "images/s PyTorch", "CPU s/image PyTorch",
            "ours / PyTorch", "goals");
        var precisions = peer is not null && await IsBf16FasterAsync() ? new[] { Precision.Fp32, Precision.Bf16 } : [Precision.Fp32];
        foreach (var precision in precisions)
        {
            var quiet = 0.0;
            for (var threads = 0; threads <= MostBusy; threads++)
            {
                var pairing = await MeasureAsync(precision, threads, peer);
                if (threads == 0) quiet = pairing.ImagesPerSecond;
                table.Add(Cells(precision, threads, pairing, quiet));
            }
        }

        table.Print($"{Network}, batch {Batch}, beside another process; PyTorch at its own default in the same condition");
        return 0;
    }

    private async Task<bool> IsBf16FasterAsync()
    {
        var rates = await Child.OursAsync<Dictionary<string, double>>(Request(MeasureKind.Gemm, Precision.Fp32) with { Seconds = 1 });
        return rates["bf16"] > rates["fp32"];
    }

    private async Task<Pairing> MeasureAsync(Precision precision, int threads, PeerVersion? peer)
    {
        string[] arguments = ["--net", Network, "--batch", $"{Batch}", "--seconds", options.Seconds.ToString(CultureInfo.InvariantCulture)];
        using var busy = new BusyThreads(threads);
        return await Pairing.MeasureAsync(
            options.Rounds,
            () => Child.OursAsync<Measurement>(Request(MeasureKind.Train, precision)),
            peer is null ? null : () => Child.PeerAsync<Measurement>(options.Python, arguments));
    }

    private static string[] Cells(Precision precision, int threads, Pairing pairing, double quiet)
    {
        var cells = pairing.Cells();
        var share = pairing.ImagesPerSecond / quiet;
        var isSlower = pairing.Peers.Count > 0 && pairing.MedianRatio < 1;
        var goals = (share < GoalShare && threads == MostBusy, isSlower) switch
        {
            (true, _) => $"missed: ≥ {GoalShare} of the quiet rate",
            (_, true) => "missed: slower than PyTorch",
            _ => "met",
        };
        var name = precision == Precision.Bf16 ? "bf16" : "fp32";
        return [name, $"{threads}", cells[0], $"{share:0.00}", cells[3], cells[1], cells[4], cells[2], goals];
    }

    private MeasureRequest Request(MeasureKind kind, Precision precision) => new(kind, Network, Batch, options.Seconds, options.Threads, precision);
}
