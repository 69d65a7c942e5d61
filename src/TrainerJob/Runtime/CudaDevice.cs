using System.Runtime.InteropServices;
using System.Text;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>The first CUDA device as its driver describes it; libtorch for .NET has no calls for that.</summary>
/// <param name="Name">The driver's name for it.</param>
/// <param name="ComputeCapability">Such as 8.0; bfloat16 arithmetic begins there.</param>
/// <param name="MemoryBytes">Memory of the device.</param>
public sealed record CudaDevice(string Name, Version ComputeCapability, long MemoryBytes)
{
    private const int CapabilityMajor = 75;
    private const int CapabilityMinor = 76;

    /// <summary>True from compute capability 8.0 on: earlier devices have no bfloat16 tensor cores.</summary>
    public bool HasBf16 => ComputeCapability >= new Version(8, 0);

    /// <summary>Asks the driver; null where there is no driver or no device.</summary>
    internal static CudaDevice? First() => First(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1");

    /// <summary>The same with the driver's library named.</summary>
    internal static unsafe CudaDevice? First(string library)
    {
        if (!NativeLibrary.TryLoad(library, out var driver)) return null;
        try
        {
            var init = (delegate* unmanaged<uint, int>)NativeLibrary.GetExport(driver, "cuInit");
            var getDevice = (delegate* unmanaged<int*, int, int>)NativeLibrary.GetExport(driver, "cuDeviceGet");
            var getName = (delegate* unmanaged<byte*, int, int, int>)NativeLibrary.GetExport(driver, "cuDeviceGetName");
            var getAttribute = (delegate* unmanaged<int*, int, int, int>)NativeLibrary.GetExport(driver, "cuDeviceGetAttribute");
            var getMemory = (delegate* unmanaged<nuint*, int, int>)NativeLibrary.GetExport(driver, "cuDeviceTotalMem_v2");
            int device, major, minor;
            nuint memory;
            var name = stackalloc byte[256];
            if (init(0) != 0 || getDevice(&device, 0) != 0 || getName(name, 256, device) != 0 || getMemory(&memory, device) != 0) return null;
            if (getAttribute(&major, CapabilityMajor, device) != 0 || getAttribute(&minor, CapabilityMinor, device) != 0) return null;
            return new CudaDevice(
                Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)), new Version(major, minor), (long)memory);
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }
}
