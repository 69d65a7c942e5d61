using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using WrnCloud.Hosting;

namespace WrnCloud.TrainingBench;

/// <summary>Starts a process that measures, ours or the peer's, and reads the JSON that it prints last.</summary>
internal static class Child
{
    private static readonly string Peer = Path.Combine(AppContext.BaseDirectory, "peer.py");

    /// <summary>A measurement of ours. With <paramref name="hideGpu"/> on the CPU, whatever else there is.</summary>
    public static Task<T> OursAsync<T>(MeasureRequest request, bool hideGpu = true) => RunAsync<T>(
        Environment.ProcessPath!, [.. Self(), Measurements.Verb, JsonSerializer.Serialize(request, WrnJson.Compact)], hideGpu);

    /// <summary>A measurement of the peer's.</summary>
    public static Task<T> PeerAsync<T>(string python, IEnumerable<string> arguments, bool hideGpu = true) =>
        RunAsync<T>(python, [Peer, .. arguments], hideGpu);

    // This program is its own executable, or one that `dotnet` was given.
    private static IEnumerable<string> Self() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Assembly.GetEntryAssembly()!.Location] : [];

    /// <summary>What PyTorch says about itself; null where it is not installed.</summary>
    public static async Task<PeerVersion?> PeerVersionAsync(string python)
    {
        try
        {
            return await PeerAsync<PeerVersion>(python, ["--version"], hideGpu: false);
        }
        catch (Exception e) when (e is BenchException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static async Task<T> RunAsync<T>(string program, IEnumerable<string> arguments, bool hideGpu)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };

        // Kernels of another processor, chosen for the shell's sake, would slow the peer's matrix products.
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        if (hideGpu) start.Environment["CUDA_VISIBLE_DEVICES"] = "";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var line = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
        if (process.ExitCode != 0 || line is null)
            throw new BenchException($"{Path.GetFileName(program)} ended with {process.ExitCode}: {(await error).Trim()}");
        return JsonSerializer.Deserialize<T>(line, WrnJson.Compact)!;
    }
}
