using WrnCloud.Cli.Pushing;
using WrnCloud.EndToEnd.Support;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.EndToEnd;

/// <summary><c>wrn up</c> as a process: what it starts ends with it, and what was queued goes on with the next one.</summary>
public sealed class UpTests : IDisposable
{
    // Generous: only a process that hangs reaches it.
    private const int Limit = 20 * 60_000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData("KILL", Traits = ["Category", "Slow"])]
    [InlineData("TERM")]
    [InlineData("INT", Traits = ["Category", "Slow"])]
    [InlineData("HUP", Traits = ["Category", "Slow"])]
    public async Task Up_EndedByASignal_LeavesNoProcess(string signal)
    {
        Processes.RequireSignal(signal);
        await using var up = UpProcess.Start(_folder.Path, "--trainer", "local");
        await TrainAsync(up, "left");
        var started = up.Started;
        Assert.True(started.Count >= 5, $"Azurite, broker, functions host, scaler and a trainer were expected, there are {started.Count} processes.");

        Processes.Signal(up.Id, signal);

        await Processes.GoneAsync([up.Id, .. started]);
        var code = await up.EndedAsync();
        if (signal != "KILL") Assert.Equal(0, code);
    }

    [Theory(Timeout = Limit)]
    [Trait("Category", "Slow")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task Up_SignalledAtTheTerminal_HandsTheJobOn(string signal)
    {
        Processes.RequireSignal(signal);
        string id;
        await using (var up = UpProcess.Start(_folder.Path, "--trainer", "local"))
        {
            id = await TrainAsync(up, "interrupted");
            int[] group = [up.Id, .. up.Started];

            // A terminal's Ctrl-C, and its end, go to every process of the foreground group at once.
            foreach (var process in group) Processes.Signal(process, signal);
            await Processes.GoneAsync(group);
        }

        await HandedOnAsync(id);
    }

    [Fact(Timeout = Limit)]
    [Trait("Category", "Slow")]
    public async Task Up_WhoseTerminalIsClosed_HandsTheJobOn()
    {
        Processes.RequireSignal("HUP");
        if (!File.Exists("/usr/bin/script")) Assert.Skip("Plays a terminal with script, of util-linux.");
        string id;
        await using (var terminal = UpProcess.StartOnTerminal(_folder.Path, "--trainer", "local"))
        {
            id = await TrainAsync(terminal, "closed");
            var inside = terminal.Started;

            Processes.Signal(terminal.Id, "KILL");

            await Processes.GoneAsync(inside);
        }

        await HandedOnAsync(id);
    }

    [Fact(Timeout = Limit)]
    public async Task Up_AfterAnEarlierOne_GoesOnWithQueuedJobs()
    {
        Processes.RequireLinux();
        string id;
        await using (var first = UpProcess.Start(_folder.Path, "--trainer", "external"))
        {
            using var api = await first.ReadyAsync();
            await DatasetPush.RunAsync(api, Sample.TinyShapes(), TimeProvider.System, _ => { }, CancellationToken.None);
            id = (await api.SubmitAsync(Sample.Short("goes-on"), "goes-on-1", CancellationToken.None)).Id;
            await first.StopAsync();
        }

        await using var second = UpProcess.Start(_folder.Path, "--trainer", "local");
        using var again = await second.ReadyAsync();
        var job = await JobWatch.UntilAsync(again, id, j => j.IsTerminal);

        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Equal(1, job.Dispatch);
        await second.StopAsync();
    }

    [Fact]
    public async Task Up_OnAFolderInUse_SaysSo()
    {
        var options = new LocalStackOptions { StateFolder = _folder.Path, StartTrainers = false };
        await using var stack = await LocalStack.StartAsync(options, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => LocalStack.StartAsync(options, CancellationToken.None));

        Assert.Contains("Another stack runs", refused.Message, StringComparison.Ordinal);
        Assert.Contains(stack.Endpoint.Authority, refused.Message, StringComparison.Ordinal);
    }

    // Submits a job and waits until it trains; its id.
    private static async Task<string> TrainAsync(UpProcess up, string name)
    {
        using var api = await up.ReadyAsync();
        await DatasetPush.RunAsync(api, Sample.TinyShapes(), TimeProvider.System, _ => { }, CancellationToken.None);
        var job = await api.SubmitAsync(Sample.Long(name, 1000), $"{name}-1", CancellationToken.None);
        await JobWatch.UntilAsync(api, job.Id, j => j.Progress is not null);
        return job.Id;
    }

    // The trainer had the time, and the store and the queue, to put its work away.
    private async Task HandedOnAsync(string id)
    {
        await using var second = UpProcess.Start(_folder.Path, "--trainer", "external");
        using var api = await second.ReadyAsync();
        var job = await api.GetJobAsync(id, CancellationToken.None);
        Assert.Equal((JobState.Interrupted, 0), (job.State, job.Crashes));
        await second.StopAsync();
    }
}
