using TorchSharp;
using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>What this process computes on.</summary>
/// <param name="Device">CPU or the first GPU.</param>
/// <param name="Threads">libtorch's threads on the CPU.</param>
/// <param name="NativeBf16">The device has bfloat16 arithmetic of its own, so that bfloat16 is the faster choice.</param>
/// <param name="LibtorchVersion">libtorch's version.</param>
public sealed record ComputePlatform(DeviceType Device, int Threads, bool NativeBf16, string LibtorchVersion)
{
    /// <summary>The precision that a run on this platform really uses.</summary>
    public Precision Resolve(Precision asked) => asked != Precision.Auto ? asked : NativeBf16 ? Precision.Bf16 : Precision.Fp32;

    /// <summary>One line for the log.</summary>
    public override string ToString() =>
        $"{(Device == DeviceType.CUDA ? "CUDA GPU" : "CPU")}, {Threads} threads, {(NativeBf16 ? "bfloat16 native" : "no native bfloat16")}, libtorch {LibtorchVersion}";

    internal static ComputePlatform Probe(int threads)
    {
        var cuda = torch.cuda.is_available();
        if (cuda)
        {
            torch.backends.cuda.matmul.allow_tf32 = true;
            torch.backends.cudnn.allow_tf32 = true;
        }

        return new ComputePlatform(cuda ? DeviceType.CUDA : DeviceType.CPU, threads, cuda || CpuHasBf16("/proc/cpuinfo"), torch.__version__);
    }

    internal static bool CpuHasBf16(string cpuInfo)
    {
        if (!File.Exists(cpuInfo)) return false;
        var flags = File.ReadLines(cpuInfo).FirstOrDefault(l => l.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        var names = flags.Split([' ', '\t', ':'], StringSplitOptions.RemoveEmptyEntries);
        return names.Contains("avx512_bf16", StringComparer.Ordinal) || names.Contains("amx_bf16", StringComparer.Ordinal);
    }
}
