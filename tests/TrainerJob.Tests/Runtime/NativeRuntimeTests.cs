using System.Runtime.InteropServices;
using TorchSharp;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Runtime;

namespace WrnCloud.TrainerJob.Tests.Runtime;

public sealed partial class NativeRuntimeTests
{
    [Fact]
    public void Prepare_Threads_AreLibtorchs()
    {
        foreach (var threads in new[] { 1, 2 })
        {
            var platform = NativeRuntime.Prepare(threads);

            Assert.Equal(threads, torch.get_num_threads());
            Assert.Equal(threads, platform.Threads);
            Assert.StartsWith("2.", platform.LibtorchVersion, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("OMP_WAIT_POLICY")]
    [InlineData("THP_MEM_ALLOC_ENABLE")]
    public void Prepare_OnLinux_SetsTheVariableWhereNativeLibrariesReadIt(string variable)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The native environment is prepared on Linux only.");
        NativeRuntime.Prepare(2);

        Assert.NotNull(Marshal.PtrToStringUTF8(NativeEnvironment(variable)));
    }

    [Fact]
    public void Resolve_Auto_FollowsTheInstructions()
    {
        var slow = new ComputePlatform(DeviceType.CPU, 2, false, "2.10", new CpuFeatures("Some CPU", "AVX2", false), null);

        Assert.Equal(Precision.Fp32, slow.Resolve(Precision.Auto));
        Assert.Equal(Precision.Bf16, (slow with { HasBf16 = true }).Resolve(Precision.Auto));
        Assert.Equal(Precision.Bf16, slow.Resolve(Precision.Bf16));
    }

    /// <summary>The repair of the native library changes one byte, and only of the output's copy.</summary>
    [Fact]
    public void OutputLibrary_AgainstThePackages_DiffersInOneFlagAtMost()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Only the Linux library is repaired.");
        const string library = "runtimes/linux-x64/native/libLibTorchSharp.so";
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var cache = Path.Combine(
            Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget/packages"), "torchsharp/0.107.0", library);
        if (!File.Exists(cache)) Assert.Skip($"{cache} is not there to compare with.");

        var package = File.ReadAllBytes(cache);
        var output = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, library));

        Assert.Equal(package.Length, output.Length);
        var changed = Enumerable.Range(0, package.Length).Where(i => package[i] != output[i]).ToList();
        Assert.True(changed.Count <= 1);
        Assert.All(changed, i => Assert.Equal(package[i] | 2, output[i]));
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint NativeEnvironment(string name);
}
