using System.Runtime.InteropServices;
using TorchSharp;
using WrnCloud.Hosting;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>Settings of the process that libtorch reads once, and so must be made before it loads.</summary>
public static partial class NativeRuntime
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;

    // Activations of this size and above come from the kernel and go back to it. In the C library's heap they would leave holes that the next
    // step's, of other sizes and aligned to huge pages, don't fit into: twice the memory for 5 % of speed.
    private const int LargeBlock = 4 << 20;

    /// <summary>
    /// Prepares the process for training: idle OpenMP threads sleep instead of spinning, small freed activations stay in the heap for the next step,
    /// large ones lie in huge pages where the kernel gives them on advice, and libtorch computes with <paramref name="threads"/> threads.
    /// Call first, before anything else touches TorchSharp; later calls only set the threads.
    /// </summary>
    public static ComputePlatform Prepare(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (OperatingSystem.IsLinux()) PrepareGlibc();
        torch.set_num_threads(threads);
        return OwnThread.Run(() => ComputePlatform.Find(threads));
    }

    private static void PrepareGlibc()
    {
        // A step is hundreds of short parallel regions. A thread that looks out for the next one keeps the processor from whoever else has work, and
        // beside other busy processes that is the thread that it waits for.
        NativeEnvironment.SetUnlessSet("OMP_WAIT_POLICY", "PASSIVE");

        // Activations are large and touched a few times a step: with pages of 4 KiB, finding and clearing those is a good part of the work.
        NativeEnvironment.SetUnlessSet("THP_MEM_ALLOC_ENABLE", "1");
        try
        {
            _ = MallocOption(MmapThreshold, LargeBlock);
            _ = MallocOption(TrimThreshold, int.MaxValue);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such options.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int option, int value);
}
