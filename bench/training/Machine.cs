using System.Runtime.InteropServices;

namespace WrnCloud.TrainingBench;

/// <summary>What the numbers were measured on.</summary>
internal static class Machine
{
    /// <summary>The machine, and the PyTorch on it.</summary>
    public static string Describe(PeerVersion? peer)
    {
        var torch = peer is null
            ? "PyTorch is not installed (python3-torch): its columns are empty"
            : $"PyTorch {peer.Torch}, {peer.Threads} threads by default";
        return $"{Describe()}; {torch}.";
    }

    /// <summary>Processor, operating system and runtime.</summary>
    public static string Describe()
    {
        var model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
        return $"{model ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores; "
            + $"{RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}";
    }
}
