using System.Diagnostics;
using System.Reflection;

namespace WrnCloud.TrainingBench;

/// <summary>Another process that keeps so many threads busy until it is disposed.</summary>
internal sealed class BusyThreads : IDisposable
{
    /// <summary>First argument of such a process; the second is the number of threads.</summary>
    public const string Verb = "busy";

    private readonly Process? _process;

    /// <param name="threads">None for no process.</param>
    public BusyThreads(int threads)
    {
        if (threads == 0) return;
        var start = new ProcessStartInfo("dotnet", [Assembly.GetEntryAssembly()!.Location, Verb, $"{threads}"]) { UseShellExecute = false };
        start.RedirectStandardInput = true;
        _process = Process.Start(start)!;
    }

    /// <summary>Keeps the threads of this process busy until standard input ends.</summary>
    public static int Run(int threads)
    {
        for (var i = 0; i < threads; i++)
        {
            new Thread(() =>
            {
                var x = 1.0;
                while (x > 0) x = Math.Sqrt(x + 1);
            })
            { IsBackground = true }.Start();
        }

        while (Console.In.ReadLine() is not null)
        {
        }

        return 0;
    }

    public void Dispose()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
