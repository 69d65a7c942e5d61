using System.Globalization;
using WrnCloud.Jobs;
using WrnCloud.TrainingBench;

namespace WrnCloud.GpuBench;

/// <summary>
/// Training in bfloat16, channels-last, against PyTorch on one device, eager and compiled. On a CPU the same code runs, which shows that it works and
/// nothing about a GPU.
/// </summary>
internal sealed class GpuReport(BenchOptions options, IReadOnlyList<int> batches, bool onCpu, TimeProvider clock)
{
    public async Task<int> RunAsync()
    {
        var peer = await Child.PeerVersionAsync(options.Python);
        if (onCpu) Console.WriteLine("On the CPU, to show that the benchmark works: the figure for a GPU is missing.");
        Console.WriteLine(Machine.Describe(peer));
        var gemm = await Child.OursAsync<Dictionary<string, double>>(Request(MeasureKind.Gemm, options.Networks[0], 1), onCpu);
        Console.WriteLine($"Product of two matrices in bf16: {gemm["bf16"] / 1e12:0.00} TFLOP/s.");
        var usable = peer is not null && (onCpu || peer.Cuda);
        if (peer is not null && !usable) Console.WriteLine("This PyTorch sees no CUDA device: its columns are empty.");
        if (peer is { Compile: false }) Console.WriteLine($"PyTorch {peer.Torch} has no torch.compile: the compiled figure is missing.");

        var table = new Table(["network", "batch", "PyTorch is", .. Pairing.Columns, "device MB ours", "PyTorch", "share of bf16 product"]);
        foreach (var network in options.Networks)
        {
            foreach (var batch in batches)
            {
                await AddAsync(table, network, batch, compiled: false, usable, gemm["bf16"]);
                if (usable && peer!.Compile) await AddAsync(table, network, batch, compiled: true, usable, gemm["bf16"]);
            }
        }

        table.Print("Training in bf16, channels_last");
        return 0;
    }

    private async Task AddAsync(Table table, string network, int batch, bool compiled, bool usable, double gemm)
    {
        string[] arguments =
        [
            "--net", network, "--batch", $"{batch}", "--seconds", options.Seconds.ToString(CultureInfo.InvariantCulture),
            "--layout", "channels_last", "--precision", "bf16", "--device", onCpu ? "cpu" : "cuda",
            .. onCpu ? new[] { "--threads", $"{options.Threads}" } : [],
            .. compiled ? new[] { "--compile" } : [],
        ];
        var pairing = await Pairing.MeasureAsync(
            options.Rounds,
            () => WatchAsync(() => Child.OursAsync<Measurement>(Request(MeasureKind.Train, network, batch), onCpu)),
            usable ? () => WatchAsync(() => Child.PeerAsync<Measurement>(options.Python, arguments, onCpu)) : null);
        var share = pairing.ImagesPerSecond * Networks.OperationsPerImage(network) / gemm;
        table.Add(
        [
            network,
            $"{batch}",
            usable ? compiled ? "compiled" : "eager" : "–",
            .. pairing.Cells(),
            Device(pairing.Ours),
            Device(pairing.Peers),
            $"{share:P0}",
        ]);
    }

    private Task<Measurement> WatchAsync(Func<Task<Measurement>> measure) => onCpu ? measure() : DeviceMemory.WatchAsync(measure, clock);

    private static string Device(IReadOnlyList<Measurement> measurements) =>
        measurements.Select(m => m.PeakDeviceBytes).OfType<long>().ToList() is { Count: > 0 } bytes
            ? $"{Statistics.Median(bytes.Select(b => b / 1e6)):0}"
            : "–";

    private MeasureRequest Request(MeasureKind kind, string network, int batch) =>
        new(kind, network, batch, options.Seconds, options.Threads, Precision.Bf16);
}
