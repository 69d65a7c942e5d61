using System.Diagnostics;
using System.Text.Json;
using WrnCloud.Cli.Api;
using WrnCloud.Contracts.Programs;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.DurabilityBench.Kills;

/// <summary><c>wrn up</c> on a state folder, started again when it has ended.</summary>
internal sealed class StackProcess(string folder, bool trains, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private Process? _up;
    private HashSet<int> _started = [];

    /// <summary>Where it answers; known once <see cref="ReadyAsync"/> has returned.</summary>
    public Uri Endpoint { get; private set; } = new("http://127.0.0.1");

    /// <summary>The function key.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Times that <c>wrn up</c> was started.</summary>
    public int Starts { get; private set; }

    /// <summary>Times that the stack went on by itself after a part was killed.</summary>
    public int Healed { get; private set; }

    /// <summary>Starts it unless it runs, and returns when it answers from its store, started anew if it ends meanwhile.</summary>
    /// <exception cref="TimeoutException">It does not.</exception>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (!await AnswersAsync(cancellationToken))
        {
            if (clock.GetElapsedTime(started) > StartTimeout)
                throw new TimeoutException($"The stack on {folder} does not answer; see its logs there.");
            if (_up is not { HasExited: false }) Start();
            await Task.Delay(Pause, clock, cancellationToken);
        }

        _started = [.. ProcessTable.DescendantsOf(_up!.Id)];
    }

    /// <summary>Makes a fault happen, and returns the process whose end it is.</summary>
    public async Task<int> SignalAsync(Fault fault)
    {
        var up = _up!.Id;
        int[] all = [up, .. ProcessTable.DescendantsOf(up)];
        if (fault is Fault.Store)
        {
            var store = ProcessTree.StoreBelow(up) ?? throw new InvalidOperationException("The stack has no store.");
            await ProcessTree.SignalAsync("KILL", [store]);
            return store;
        }

        var signal = fault is Fault.Up or Fault.Everything ? "KILL" : "HUP";
        await ProcessTree.SignalAsync(signal, fault is Fault.Everything or Fault.Terminal ? all : [up]);
        return up;
    }

    /// <summary>Waits until what was killed has ended, then until the stack answers again, whether it does by itself or has to be started.</summary>
    public async Task RecoverAsync(Fault fault, int killed, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (ProcessTable.IsAlive(killed))
        {
            if (clock.GetElapsedTime(started) > EndTimeout) throw new TimeoutException($"Process {killed} has not ended by {fault}.");
            await Task.Delay(Pause, clock, cancellationToken);
        }

        var before = Starts;
        await ReadyAsync(cancellationToken);
        if (Starts == before) Healed++;
    }

    /// <summary>Ends it and waits for all of its processes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_up is null) return;
        _started.UnionWith(ProcessTable.DescendantsOf(_up.Id));
        if (!_up.HasExited) await ProcessTree.SignalAsync("TERM", [_up.Id]);
        await GoneAsync(EndTimeout);
        await ProcessTree.SignalAsync("KILL", _started.Append(_up.Id).Where(ProcessTable.IsAlive));
        await GoneAsync(EndTimeout);
        _up.Dispose();
    }

    private async Task GoneAsync(TimeSpan timeout)
    {
        var started = clock.GetTimestamp();
        while (clock.GetElapsedTime(started) < timeout && _started.Append(_up!.Id).Any(ProcessTable.IsAlive)) await Task.Delay(Pause, clock);
    }

    private void Start()
    {
        _up?.Dispose();
        string[] arguments =
            [Path.Combine(AppContext.BaseDirectory, "WrnCloud.Cli.dll"), "up", "--state", folder, "--trainer", trains ? "local" : "external"];
        var info = new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var log = TextWriter.Synchronized(File.AppendText(Path.Combine(folder, $"up-{++Starts}.log")));
        _up = new Process { StartInfo = info };
        _up.OutputDataReceived += Write;
        _up.ErrorDataReceived += Write;
        _up.Start();
        _up.BeginOutputReadLine();
        _up.BeginErrorReadLine();

        void Write(object sender, DataReceivedEventArgs line)
        {
            log.WriteLine(line.Data);
            log.Flush();
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        if (_up is not { HasExited: false } up) return false;
        var file = Path.Combine(folder, StackDescription.FileName);
        try
        {
            var description = JsonSerializer.Deserialize<StackDescription>(await File.ReadAllBytesAsync(file, cancellationToken), WrnJson.Compact)!;
            if (description.ProcessId != up.Id) return false;
            (Endpoint, Key) = (description.Endpoint, description.Key);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), clock);
            using var asking = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            using var api = new ApiClient(Endpoint, Key, clock);
            await api.ListJobsAsync(null, null, 1, asking.Token);
            return ProcessTree.StoreBelow(up.Id) is not null;
        }
        catch (Exception e) when (e is IOException or JsonException or ApiException or EndpointUnreachableException or InvalidOperationException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
