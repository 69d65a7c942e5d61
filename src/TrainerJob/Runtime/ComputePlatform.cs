using TorchSharp;
using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>Device and arithmetic of this process: found out in one place, printed at every start.</summary>
/// <param name="Device">CPU or the first GPU.</param>
/// <param name="Threads">libtorch's threads on the CPU.</param>
/// <param name="HasBf16">The device has bfloat16 instructions: AVX-512's or AMX's on a CPU, compute capability 8.0 on a GPU.</param>
/// <param name="LibtorchVersion">libtorch's version.</param>
/// <param name="Cpu">The processor.</param>
/// <param name="Gpu">The GPU, where there is one that libtorch can use.</param>
public sealed record ComputePlatform(DeviceType Device, int Threads, bool HasBf16, string LibtorchVersion, CpuFeatures Cpu, CudaDevice? Gpu)
{
    /// <summary>Bytes of memory that there are to train in: the GPU's, or the machine's or container's.</summary>
    public long MemoryBytes => Gpu?.MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>
    /// The precision of a run that asks for this one here.
    /// <see cref="Precision.Auto"/> follows the device's instructions, never a timing, so that equal machines decide alike however busy they are.
    /// libtorch computes bfloat16 on every CPU, but without the instructions it emulates it and is slower than in float32.
    /// </summary>
    public Precision Resolve(Precision asked) => asked != Precision.Auto ? asked : HasBf16 ? Precision.Bf16 : Precision.Fp32;

    /// <summary>One line for the log.</summary>
    public override string ToString()
    {
        var what = Gpu is { } gpu
            ? $"{gpu.Name} (CUDA, compute capability {gpu.ComputeCapability}, {gpu.MemoryBytes >> 30} GiB)"
            : $"{Cpu.Model} ({Cpu.Vector}{(Cpu.HasBf16 ? ", bfloat16" : "")}), {Threads} threads";
        return $"{what}, precision auto is {(HasBf16 ? "bfloat16" : "float32")}, libtorch {LibtorchVersion}";
    }

    internal static ComputePlatform Find(int threads)
    {
        var cpu = CpuFeatures.Read();
        var gpu = torch.cuda.is_available() ? CudaDevice.First() : null;
        if (gpu is null) return new ComputePlatform(DeviceType.CPU, threads, cpu.HasBf16, torch.__version__, cpu, null);
        PrepareCuda();
        return new ComputePlatform(DeviceType.CUDA, threads, gpu.HasBf16, torch.__version__, cpu, gpu);
    }

    // Float32 matrix products keep ten bits of mantissa on tensor cores, as convolutions do by default; the paper's accuracy does not depend on more.
    internal static void PrepareCuda()
    {
        torch.backends.cuda.matmul.allow_tf32 = true;
        torch.backends.cudnn.allow_tf32 = true;
        _ = Cudnn.TrySetBenchmark(true);
    }
}
