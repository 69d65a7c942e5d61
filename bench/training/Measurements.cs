using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Runtime;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainingBench;

/// <summary>Measures in this process and prints one line of JSON.</summary>
internal static class Measurements
{
    /// <summary>First argument of a process that measures.</summary>
    public const string Verb = "measure";

    private const int WarmUp = 3;
    private const int MinSteps = 3;
    private const int StepsOfAnEpoch = 8;
    private const int Epochs = 6;

    public static async Task<int> RunAsync(string request)
    {
        var clock = TimeProvider.System;
        var asked = JsonSerializer.Deserialize<MeasureRequest>(request, WrnJson.Compact)!;
        object result = asked.Kind switch
        {
            MeasureKind.Train => await TrainAsync(asked, clock),
            MeasureKind.Gemm => Gemm(asked, clock),
            MeasureKind.Input => Input(asked, clock),
            MeasureKind.Whitening => Whitening(asked, clock),
            MeasureKind.Stall => await StallAsync(asked, clock),
            _ => await MemoryAsync(asked, clock),
        };
        Console.WriteLine(JsonSerializer.Serialize(result, WrnJson.Compact));
        return 0;
    }

    private static async Task<Measurement> TrainAsync(MeasureRequest asked, TimeProvider clock)
    {
        using var stop = new CancellationTokenSource();
        double cpuAtStart = 0, cpuAtEnd = 0;
        var peak = 0L;
        var steps = new StepClock(clock, s => s.Steps.Count >= WarmUp + MinSteps && s.Steps[^1] - s.Steps[WarmUp - 1] >= asked.Seconds, stop)
        {
            OnStep = step =>
            {
                if (step == WarmUp) cpuAtStart = ProcessUsage.CpuSeconds;
                if (step > WarmUp) (cpuAtEnd, peak) = (ProcessUsage.CpuSeconds, ProcessUsage.PeakRssBytes);
            },
        };
        using var trainer = new Trainer(SyntheticImages.Plan(asked, Networks.ImagesOf(asked.Network)), steps, clock, NullLogger.Instance);
        await trainer.RunAsync(null, stop.Token);
        var images = (steps.Steps.Count - WarmUp) * asked.Batch;
        return new Measurement(
            images / (steps.Steps[^1] - steps.Steps[WarmUp - 1]),
            (cpuAtEnd - cpuAtStart) / images,
            peak,
            trainer.Platform.Threads,
            trainer.Precision == Precision.Bf16 ? "bf16" : "fp32",
            $"libtorch {trainer.Platform.LibtorchVersion}");
    }

    private static Dictionary<string, double> Gemm(MeasureRequest asked, TimeProvider clock)
    {
        var platform = NativeRuntime.Prepare(asked.Threads);
        return new Dictionary<string, double>
        {
            ["fp32"] = GemmRate(platform.Device, ScalarType.Float32, asked.Seconds, clock),
            ["bf16"] = GemmRate(platform.Device, ScalarType.BFloat16, asked.Seconds, clock),
        };
    }

    // Operations a second that any processor's own arithmetic exceeds.
    private const double SlowestOfHardware = 2e9;

    // The best round counts: what else the machine did in the others is not the arithmetic's rate.
    private static double GemmRate(DeviceType device, ScalarType type, double seconds, TimeProvider clock)
    {
        if (device == DeviceType.CUDA) return GemmRate(device, type, 8192, 10, seconds, clock);

        // A type that the processor emulates would take a minute for one large product, whose rate is that of small ones.
        var small = GemmRate(device, type, 256, 1, seconds: 0.05, clock);
        return small < SlowestOfHardware ? small : GemmRate(device, type, 2048, 1, seconds, clock);
    }

    // At least one round.
    private static double GemmRate(DeviceType device, ScalarType type, int size, int rounds, double seconds, TimeProvider clock)
    {
        using var scope = NewDisposeScope();
        var left = rand(size, size, device: torch.device(device)).to(type);
        var right = rand(size, size, device: torch.device(device)).to(type);
        var best = 0.0;
        var started = clock.GetTimestamp();
        do
        {
            var round = clock.GetTimestamp();
            for (var i = 0; i < rounds; i++)
            {
                using var product = left.mm(right);
            }

            if (device == DeviceType.CUDA) cuda.synchronize();
            best = Math.Max(best, rounds * 2.0 * size * size * size / clock.GetElapsedTime(round).TotalSeconds);
        }
        while (clock.GetElapsedTime(started).TotalSeconds < seconds);

        return best;
    }

    private static double Input(MeasureRequest asked, TimeProvider clock)
    {
        _ = NativeRuntime.Prepare(asked.Threads);
        var images = SyntheticImages.Create(Networks.Images);
        var assembler = new BatchAssembler(images, ChannelPreprocessor.Of(SyntheticImages.Statistics));
        return InputRate(assembler, images.Count, asked, clock);
    }

    private static Dictionary<string, double> Whitening(MeasureRequest asked, TimeProvider clock)
    {
        _ = NativeRuntime.Prepare(asked.Threads);
        var images = SyntheticImages.Create(Networks.CifarImages);
        var started = clock.GetTimestamp();
        var whitening = ZcaPreprocessor.Fit(images);
        var fitted = clock.GetTimestamp();
        var assembler = new BatchAssembler(images, whitening);
        using var ahead = assembler.WhitenAhead();
        var whitened = clock.GetTimestamp();
        return new Dictionary<string, double>
        {
            ["fit"] = clock.GetElapsedTime(started, fitted).TotalSeconds,
            ["ahead"] = clock.GetElapsedTime(fitted, whitened).TotalSeconds,
            ["rate"] = InputRate(assembler, images.Count, asked, clock),
        };
    }

    private static double InputRate(BatchAssembler assembler, int count, MeasureRequest asked, TimeProvider clock)
    {
        var augmentation = Augmentation.Of(SyntheticImages.Settings(asked.Batch, Precision.Fp32));
        var order = EpochOrder.Shuffle(count, 1, 0);
        var done = 0L;
        var started = clock.GetTimestamp();
        while (clock.GetElapsedTime(started).TotalSeconds < asked.Seconds)
        {
            var positions = order.AsSpan((int)(done % (order.Length - asked.Batch)), asked.Batch);
            using var batch = assembler.Images(positions, augmentation, 1, 0);
            using var labels = assembler.Labels(positions);
            done += asked.Batch;
        }

        return done / clock.GetElapsedTime(started).TotalSeconds;
    }

    // What an epoch's end adds to the step behind it, evaluation left out.
    private static async Task<Dictionary<string, double>> StallAsync(MeasureRequest asked, TimeProvider clock)
    {
        using var stop = new CancellationTokenSource();
        var steps = new StepClock(clock, s => s.Steps.Count > StepsOfAnEpoch * Epochs, stop);
        using var trainer = new Trainer(SyntheticImages.Plan(asked, StepsOfAnEpoch * asked.Batch), steps, clock, NullLogger.Instance);
        await trainer.RunAsync(null, stop.Token);
        var ends = steps.Epochs.Select(e => e.Step).ToHashSet();
        var step = Statistics.Median(
            Enumerable.Range(WarmUp, steps.Steps.Count - WarmUp).Where(i => !ends.Contains(i)).Select(i => steps.Steps[i] - steps.Steps[i - 1]));
        var stall = Statistics.Median(
            steps.Epochs.Where(e => e.Step < steps.Steps.Count).Select(e => Math.Max(0, steps.Steps[e.Step] - e.Seconds - step)));
        return new Dictionary<string, double> { ["stall"] = stall, ["step"] = step };
    }

    private static async Task<List<MemorySample>> MemoryAsync(MeasureRequest asked, TimeProvider clock)
    {
        using var stop = new CancellationTokenSource();
        var samples = new List<MemorySample>();
        var steps = new StepClock(clock, s => s.Steps.Count >= asked.Steps, stop)
        {
            OnStep = step =>
            {
                if (step % (asked.Steps / 10) == 0)
                    samples.Add(new MemorySample(step, ProcessUsage.RssBytes, GC.GetTotalMemory(forceFullCollection: false)));
            },
        };
        using var trainer = new Trainer(SyntheticImages.Plan(asked, Networks.ImagesOf(asked.Network)), steps, clock, NullLogger.Instance);
        await trainer.RunAsync(null, stop.Token);
        return samples;
    }
}
