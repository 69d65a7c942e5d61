using System.Runtime.InteropServices;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>cuDNN's settings that TorchSharp does not wrap, through libtorch's own exported functions. Harmless where there is no GPU.</summary>
internal static partial class Cudnn
{
    /// <summary>
    /// Lets cuDNN time its algorithms for every new shape and keep the fastest; training has few shapes. False where libtorch does not export the
    /// functions under these names (another compiler's mangling), which costs speed and nothing else.
    /// </summary>
    public static bool TrySetBenchmark(bool on)
    {
        try
        {
            SetBenchmark(GlobalContext(), on ? (byte)1 : (byte)0);
            return true;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint GlobalContext();

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at7Context17setBenchmarkCuDNNEb")]
    private static partial void SetBenchmark(nint context, byte on);
}
