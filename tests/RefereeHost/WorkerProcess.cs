using System.Diagnostics;
using System.Globalization;

namespace WrnCloud.RefereeHost;

/// <summary>
/// The published worker as a process. It listens to nobody when its host is killed,
/// so a shell beside it waits for the end of a pipe that the host holds and ends it then.
/// </summary>
internal sealed class WorkerProcess : IDisposable
{
    // The subshell knows this shell's id, which exec keeps: the worker runs under it.
    // It holds none of the worker's output: a worker that was killed would not be seen to end while somebody may still write there.
    private const string Tie = "exec 3<&0; (read -r line <&3; kill -9 $$) >/dev/null 2>&1 & exec \"$@\" </dev/null 3<&-";

    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts the app of a folder; it connects to <paramref name="host"/> under <paramref name="workerId"/>.</summary>
    public static WorkerProcess Start(string app, Uri host, string workerId)
    {
        string[] arguments =
        [
            "-c", Tie, "worker", "dotnet", Path.Combine(app, "WrnCloud.Functions.dll"),
            "--host", host.Host, "--port", host.Port.ToString(CultureInfo.InvariantCulture), "--workerId", workerId, "--requestId", workerId,
            "--grpcMaxMessageLength", "2147483647", "--functions-uri", host.ToString(), "--functions-worker-id", workerId,
            "--functions-request-id", workerId, "--functions-grpc-max-message-length", "2147483647",
        ];
        var start = new ProcessStartInfo("/bin/sh", arguments)
        {
            WorkingDirectory = app,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = app;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        var process = Process.Start(start)!;

        // Standard output is the host's own, for its readiness line.
        process.OutputDataReceived += (_, e) => Console.Error.WriteLine(e.Data);
        process.ErrorDataReceived += (_, e) => Console.Error.WriteLine(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new WorkerProcess(process);
    }

    public Task ExitedAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Ends the worker.</summary>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
