using System.Runtime.InteropServices;

namespace WrnCloud.Hosting;

/// <summary>
/// Environment variables for native libraries. <see cref="Environment.SetEnvironmentVariable(string, string?)"/> changes .NET's copy, which
/// child processes inherit, but not the C library's, which native code reads.
/// </summary>
public static partial class NativeEnvironment
{
    private const int Overwrite = 1;

    /// <summary>
    /// Sets a variable for .NET, for the C library and for child processes started from now on. The C library does not synchronise its list with
    /// readers: call this early, before a library that reads variables starts threads.
    /// </summary>
    /// <exception cref="InvalidOperationException">The C library rejected the name or was out of memory.</exception>
    public static void Set(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        Environment.SetEnvironmentVariable(name, value);
        var failed = OperatingSystem.IsWindows() ? PutEnvironment(name, value) : SetEnvironment(name, value, Overwrite);
        if (failed != 0) throw new InvalidOperationException($"The environment variable {name} could not be set; set it before the program starts.");
    }

    /// <summary>As <see cref="Set"/>, unless the variable has a value.</summary>
    public static void SetUnlessSet(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is null) Set(name, value);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("ucrtbase", EntryPoint = "_putenv_s", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PutEnvironment(string name, string value);
}
