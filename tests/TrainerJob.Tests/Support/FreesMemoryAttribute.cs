using System.Reflection;
using System.Runtime.InteropServices;
using Xunit.v3;

namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>
/// Gives back after each test what its tensors took.
/// The collector sees a tensor as a few bytes and leaves it, and glibc keeps what libtorch frees: without this the suite grows by a gigabyte.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed partial class FreesMemoryAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (OperatingSystem.IsLinux()) _ = Trim(0);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint keep);
}
