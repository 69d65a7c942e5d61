using System.Diagnostics;
using System.Runtime.InteropServices;
using WrnCloud.Hosting;

namespace WrnCloud.Shared.Tests.Hosting;

/// <summary>A variable that is set here is seen by native code and by child processes.</summary>
public sealed class NativeEnvironmentTests
{
    [Fact]
    public void Set_OnUnix_ReachesTheCLibrary()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The C library's getenv is called under its name on Unix.");

        NativeEnvironment.Set("WRN_TEST_NATIVE", "one");
        NativeEnvironment.Set("WRN_TEST_NATIVE", "two");
        NativeEnvironment.SetUnlessSet("WRN_TEST_NATIVE", "three");

        Assert.Equal(("two", "two"), (Native("WRN_TEST_NATIVE"), Environment.GetEnvironmentVariable("WRN_TEST_NATIVE")));
    }

    [Fact]
    public async Task SwitchOff_OfOnnxRuntimesTelemetry_ReachesNativeCodeAndChildren()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Reads the variables of a child by printenv.");

        OnnxRuntimeTelemetry.SwitchOff();

        Assert.Equal("1", Native("ORT_DISABLE_TELEMETRY"));
        var printenv = new ProcessStartInfo("printenv", ["ORT_DISABLE_TELEMETRY"]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var child = Process.Start(printenv)!;
        Assert.Equal("1", (await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static string? Native(string name) => Marshal.PtrToStringUTF8(GetEnvironment(name));

    [DllImport("libc", EntryPoint = "getenv")]
    private static extern nint GetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
