using TorchSharp;
using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>What this process computes on.</summary>
/// <param name="Device">CPU or the first GPU.</param>
/// <param name="Threads">libtorch's threads on the CPU.</param>
/// <param name="PrefersBf16">bfloat16 convolutions are the faster ones here.</param>
/// <param name="LibtorchVersion">libtorch's version.</param>
public sealed record ComputePlatform(DeviceType Device, int Threads, bool PrefersBf16, string LibtorchVersion)
{
    /// <summary>The precision that a run on this platform really uses.</summary>
    public Precision Resolve(Precision asked) => asked != Precision.Auto ? asked : PrefersBf16 ? Precision.Bf16 : Precision.Fp32;

    /// <summary>One line for the log.</summary>
    public override string ToString() =>
        $"{(Device == DeviceType.CUDA ? "CUDA GPU" : "CPU")}, {Threads} threads, {(PrefersBf16 ? "bfloat16" : "float32")} the faster type, libtorch {LibtorchVersion}";

    internal static ComputePlatform Probe(int threads, TimeProvider clock)
    {
        var cuda = torch.cuda.is_available();
        if (cuda)
        {
            torch.backends.cuda.matmul.allow_tf32 = true;
            torch.backends.cudnn.allow_tf32 = true;
        }

        var bf16 = cuda || (Bf16Probe.CpuHasBf16("/proc/cpuinfo") && Bf16Probe.IsFaster(clock));
        return new ComputePlatform(cuda ? DeviceType.CUDA : DeviceType.CPU, threads, bf16, torch.__version__);
    }
}
