using System.Runtime.InteropServices;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>The way out of a process whose training thread is still inside libtorch.</summary>
internal static partial class ProcessEnd
{
    /// <summary>
    /// Ends the process at once, without the libraries' destructors:
    /// they would pull libtorch's state from under the thread, which ends in a signal instead of the exit code.
    /// </summary>
    public static void Now(int exitCode)
    {
        if (!OperatingSystem.IsWindows()) Exit(exitCode);
        Environment.Exit(exitCode);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int exitCode);
}
