using System.Globalization;
using WrnCloud.Jobs;

namespace WrnCloud.TrainingBench;

/// <summary>The benchmark of training on the CPU: against PyTorch, against the machine's arithmetic, and what surrounds the steps.</summary>
internal sealed class TrainingReport(BenchOptions options)
{
    private const string MemoryNetwork = "WRN-10-1";

    /// <summary>Measures and prints; at equal settings alone where asked.</summary>
    public async Task<int> RunAsync(bool equalOnly)
    {
        var peer = await Child.PeerVersionAsync(options.Python);
        Console.WriteLine(Machine.Describe(peer));
        Console.WriteLine(
            $"{options.Rounds} rounds by turns, {options.Seconds} s each after 3 steps of warm-up, every measurement a process of its own; "
                + "medians, ratios pair by pair (smallest–largest).");

        var equal = await CompareAsync(Precision.Fp32, peer, "channels_last", ["--threads", $"{options.Threads}"]);
        Print($"Equal settings: fp32, channels_last, {options.Threads} threads", equal);
        if (equalOnly) return 0;
        var defaults = await CompareAsync(Precision.Auto, peer, "nchw", []);
        Print("Each at its own defaults: a job as it is here, PyTorch with fp32, contiguous and its own threads", defaults);
        await PrintGemmAsync(equal, defaults);
        await PrintInputAndStallAsync(defaults);
        if (!options.Quick) await PrintWhiteningAsync(defaults);
        await PrintMemoryAsync();
        return 0;
    }

    private async Task<Dictionary<string, Pairing>> CompareAsync(Precision precision, PeerVersion? peer, string layout, string[] peerThreads)
    {
        var pairings = new Dictionary<string, Pairing>(StringComparer.Ordinal);
        foreach (var network in options.Networks)
        {
            string[] arguments =
            [
                "--net", network, "--batch", $"{BatchOf(network)}",
                "--seconds", options.Seconds.ToString(CultureInfo.InvariantCulture), "--layout", layout,
                .. peerThreads,
            ];
            pairings[network] = await Pairing.MeasureAsync(
                options.Rounds,
                () => Child.OursAsync<Measurement>(Request(MeasureKind.Train, network, precision)),
                peer is null ? null : () => Child.PeerAsync<Measurement>(options.Python, arguments));
        }

        return pairings;
    }

    private void Print(string title, Dictionary<string, Pairing> pairings)
    {
        var table = new Table(["network", "batch", "precision", .. Pairing.Columns, "memory"]);
        foreach (var (network, pairing) in pairings)
            table.Add([network, $"{BatchOf(network)}", pairing.Ours[0].Precision, .. pairing.Cells(), $"{pairing.MemoryRatio:0.00}×"]);
        table.Print(title);
    }

    private async Task PrintGemmAsync(Dictionary<string, Pairing> equal, Dictionary<string, Pairing> defaults)
    {
        var rates = await Child.OursAsync<Dictionary<string, double>>(Request(MeasureKind.Gemm, options.Networks[0], Precision.Fp32));
        var table = new Table("network", "precision", "GFLOP/s of training", "GFLOP/s of a matrix product", "share");
        // Of a network that is frozen in part nobody counts the operations.
        foreach (var (network, pairing) in equal.Concat(defaults).Where(p => p.Key != Networks.FineTuned))
        {
            var (precision, rate) = (pairing.Ours[0].Precision, pairing.ImagesPerSecond * Networks.OperationsPerImage(network));
            table.Add(network, precision, $"{rate / 1e9:0}", $"{rates[precision] / 1e9:0}", $"{rate / rates[precision]:P0}");
        }

        table.Print("Share of the machine's arithmetic: training against the product of two matrices in the same precision");
    }

    private async Task PrintInputAndStallAsync(Dictionary<string, Pairing> defaults)
    {
        var input = await Child.OursAsync<double>(Request(MeasureKind.Input, options.Networks[0], Precision.Fp32));
        var table = new Table("network", "input images/s", "× training", "checkpoint holds up, ms", "share of an epoch");
        foreach (var (network, pairing) in defaults)
        {
            var stall = await Child.OursAsync<Dictionary<string, double>>(Request(MeasureKind.Stall, network, Precision.Auto));
            var epoch = Networks.CifarImages / BatchOf(network) * stall["step"];
            table.Add(network, $"{input:0}", $"{input / pairing.ImagesPerSecond:0.0}", $"{stall["stall"] * 1e3:0.0}", $"{stall["stall"] / epoch:P3}");
        }

        table.Print(
            "Around the step: the input pipeline alone, one thread; "
                + $"an epoch's checkpoint, as a share of an epoch of {Networks.CifarImages:#,0} images");
    }

    private async Task PrintWhiteningAsync(Dictionary<string, Pairing> defaults)
    {
        var whitening = await Child.OursAsync<Dictionary<string, double>>(Request(MeasureKind.Whitening, options.Networks[0], Precision.Fp32));
        var table = new Table("network", "fit, s", "whitening ahead, s", "input images/s", "× training");
        foreach (var (network, pairing) in defaults)
            table.Add(
                network,
                $"{whitening["fit"]:0.0}",
                $"{whitening["ahead"]:0.0}",
                $"{whitening["rate"]:0}",
                $"{whitening["rate"] / pairing.ImagesPerSecond:0.0}");
        table.Print(
            $"ZCA whitening of {Networks.CifarImages:#,0} images: once for a data set, once for a run, and the input pipeline behind it, one thread");
    }

    private async Task PrintMemoryAsync()
    {
        var request = new MeasureRequest(MeasureKind.Memory, MemoryNetwork, 64, options.Seconds, options.Threads, Precision.Auto)
        {
            Steps = options.MemorySteps,
        };
        var samples = await Child.OursAsync<List<MemorySample>>(request);
        var table = new Table(["", .. samples.Select(s => $"{s.Step}")]);
        table.Add(["resident MB", .. samples.Select(s => $"{s.Resident / 1e6:0}")]);
        table.Add([".NET's heap MB", .. samples.Select(s => $"{s.Managed / 1e6:0.0}")]);
        table.Print($"Memory of {MemoryNetwork}, batch 64, by step");
    }

    private MeasureRequest Request(MeasureKind kind, string network, Precision precision) =>
        new(kind, network, BatchOf(network), options.Seconds, options.Threads, precision);

    private int BatchOf(string network) => options.Batch ?? Networks.CpuBatch(network);
}
