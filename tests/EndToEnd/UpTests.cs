using System.Diagnostics;
using System.Text.Json;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Pushing;
using WrnCloud.EndToEnd.Support;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.EndToEnd;

/// <summary><c>wrn up</c> as a process: what it starts ends with it, and what was queued goes on with the next one.</summary>
public sealed class UpTests : IAsyncDisposable
{
    // Generous: only a process that hangs reaches it.
    private const int Limit = 20 * 60_000;

    private readonly TempFolder _folder = new();
    private readonly List<Process> _started = [];

    /// <summary>A test that failed half-way leaves nothing running either.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var up in _started)
        {
            int[] family = [up.Id, .. Processes.DescendantsOf(up.Id)];
            if (!up.HasExited) up.Kill();
            await Processes.GoneAsync(family);
            up.Dispose();
        }

        _folder.Dispose();
    }

    [Theory(Timeout = Limit)]
    [InlineData("KILL")]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Up_EndedByASignal_LeavesNoProcess(string signal)
    {
        Processes.RequireLinux();
        if (signal == "INT" && Processes.IgnoreInterrupts()) Assert.Skip("Started in the background, where the shell has interrupts ignored.");
        var up = Start("--trainer", "local");
        using var api = await ReadyAsync(up);
        await DatasetPush.RunAsync(api, Sample.TinyShapes(), TimeProvider.System, _ => { }, CancellationToken.None);
        var job = await api.SubmitAsync(Sample.Long("left", 1000), "left-1", CancellationToken.None);
        await JobWatch.UntilAsync(api, job.Id, j => j.Progress is not null);
        var started = Processes.DescendantsOf(up.Id);
        Assert.True(started.Count >= 5, $"Azurite, broker, functions host, scaler and a trainer were expected, there are {started.Count} processes.");

        Processes.Signal(up.Id, signal);

        await Processes.GoneAsync([up.Id, .. started]);
        // That it has gone is seen here a moment earlier than by its Process.
        await up.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (signal != "KILL") Assert.Equal(0, up.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task Up_InterruptedAtTheTerminal_HandsTheJobOn()
    {
        Processes.RequireLinux();
        if (Processes.IgnoreInterrupts()) Assert.Skip("Started in the background, where the shell has interrupts ignored.");
        var up = Start("--trainer", "local");
        using var api = await ReadyAsync(up);
        await DatasetPush.RunAsync(api, Sample.TinyShapes(), TimeProvider.System, _ => { }, CancellationToken.None);
        var id = (await api.SubmitAsync(Sample.Long("interrupted", 1000), "interrupted-1", CancellationToken.None)).Id;
        await JobWatch.UntilAsync(api, id, j => j.Progress is not null);
        int[] group = [up.Id, .. Processes.DescendantsOf(up.Id)];

        // A terminal's Ctrl-C goes to every process of the foreground group at once.
        foreach (var process in group) Processes.Signal(process, "INT");
        await Processes.GoneAsync(group);

        var second = Start("--trainer", "external");
        using var again = await ReadyAsync(second);
        var job = await again.GetJobAsync(id, CancellationToken.None);
        Assert.Equal((JobState.Interrupted, 0), (job.State, job.Crashes));
        await StopAsync(second);
    }

    [Fact(Timeout = Limit)]
    public async Task Up_AfterAnEarlierOne_GoesOnWithQueuedJobs()
    {
        Processes.RequireLinux();
        string id;
        {
            var first = Start("--trainer", "external");
            using var api = await ReadyAsync(first);
            await DatasetPush.RunAsync(api, Sample.TinyShapes(), TimeProvider.System, _ => { }, CancellationToken.None);
            id = (await api.SubmitAsync(Sample.Short("goes-on"), "goes-on-1", CancellationToken.None)).Id;
            await StopAsync(first);
        }

        var second = Start("--trainer", "local");
        using var again = await ReadyAsync(second);
        var job = await JobWatch.UntilAsync(again, id, j => j.IsTerminal);

        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Equal(1, job.Dispatch);
        await StopAsync(second);
    }

    [Fact]
    public async Task Up_OnAFolderInUse_SaysSo()
    {
        await using var stack = await LocalStack.StartAsync(new LocalStackOptions { StateFolder = _folder.Path, StartTrainers = false }, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => LocalStack.StartAsync(new LocalStackOptions { StateFolder = _folder.Path }, CancellationToken.None));

        Assert.Contains("Another stack runs", refused.Message, StringComparison.Ordinal);
    }

    private static async Task StopAsync(Process up)
    {
        Processes.RequireLinux();
        var started = Processes.DescendantsOf(up.Id);
        Processes.Signal(up.Id, "TERM");
        await Processes.GoneAsync([up.Id, .. started]);
    }

    private Process Start(params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "WrnCloud.Cli.dll"), "up", "--state", _folder.Path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var process = Process.Start(info)!;
        _started.Add(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task<ApiClient> ReadyAsync(Process up)
    {
        var file = Path.Combine(_folder.Path, StackDescription.FileName);
        while (!File.Exists(file))
        {
            Assert.False(up.HasExited, "wrn up ended before it was ready.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        var stack = JsonSerializer.Deserialize<StackDescription>(await File.ReadAllBytesAsync(file), WrnJson.Compact)!;
        return new ApiClient(stack.Endpoint, stack.Key, TimeProvider.System);
    }
}
