namespace WrnCloud.TrainerJob.Runtime;

/// <summary>The processor as the operating system describes it.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Vector">The widest vector instructions that libtorch uses.</param>
/// <param name="HasBf16">It has bfloat16 instructions, AVX-512's or AMX's.</param>
public sealed record CpuFeatures(string Model, string Vector, bool HasBf16)
{
    /// <summary>Reads Linux's description; elsewhere, or when the file is not there, a plain processor without bfloat16.</summary>
    internal static CpuFeatures Read(string cpuInfo = "/proc/cpuinfo")
    {
        if (!File.Exists(cpuInfo)) return new CpuFeatures("CPU", "unknown", false);
        var model = "CPU";
        foreach (var line in File.ReadLines(cpuInfo))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) continue;
            var name = line[..colon].Trim();
            if (name == "model name") model = line[(colon + 1)..].Trim();
            if (name != "flags") continue;
            var flags = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
            var amx = flags.Contains("amx_bf16");
            var vector = amx ? "AMX" : flags.Contains("avx512f") ? "AVX-512" : flags.Contains("avx2") ? "AVX2" : "no AVX2";
            return new CpuFeatures(model, vector, amx || flags.Contains("avx512_bf16"));
        }

        return new CpuFeatures(model, "unknown", false);
    }
}
