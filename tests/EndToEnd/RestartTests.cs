using System.Net;
using System.Net.Sockets;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Pushing;
using WrnCloud.EndToEnd.Support;
using WrnCloud.Jobs;

namespace WrnCloud.EndToEnd;

/// <summary>A part of the stack that dies alone is started again where it was; one that can't be ends the stack with a sentence.</summary>
[Trait("Category", "Slow")]
public sealed class RestartTests : IDisposable
{
    private const int Limit = 600_000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData("azurite.mjs", "Azurite")]
    [InlineData("broker", "the broker")]
    [InlineData("functions", "the functions host")]
    [InlineData("scaler", "the scaler")]
    public async Task Part_Killed_IsBackAtItsAddressAndQueuedJobsRun(string word, string name)
    {
        Processes.RequireLinux();
        await using var up = UpProcess.Start(_folder.Path, "--trainer", "local");
        var before = await up.DescriptionAsync();
        using var api = await up.ReadyAsync();
        await DatasetPush.RunAsync(api, Sample.TinyShapes(), TimeProvider.System, _ => { }, CancellationToken.None);
        var queued = await api.SubmitAsync(Sample.Short("queued"), "queued-1", CancellationToken.None);
        var part = Required(up.Find(word));

        Processes.Signal(part, "KILL");

        await up.PrintedAsync($"{name} died (signal 9); restarting it in 0.5 s");
        await up.PrintedAsync($"{name} is back");
        var later = await AnsweredAsync(() => api.SubmitAsync(Sample.Short("later"), "later-1", CancellationToken.None));
        Assert.Equal(JobState.Succeeded, (await EndedAsync(api, queued.Id)).State);
        Assert.Equal(JobState.Succeeded, (await EndedAsync(api, later.Id)).State);
        Assert.Equal(before, await up.DescriptionAsync());
        Assert.NotEqual(part, Required(up.Find(word)));
        await up.StopAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Part_ThatCanNotStartAgain_EndsTheStackWithASentence()
    {
        Processes.RequireLinux();
        await using var up = UpProcess.Start(_folder.Path, "--trainer", "external");
        var storage = new Uri((await up.DescriptionAsync()).StorageConnectionString.Split("BlobEndpoint=")[1].Split(';')[0]);
        var started = up.Started;

        using var squatter = await TakeAsync(storage.Port, () => up.Find("azurite.mjs"));

        Assert.Equal(1, await up.EndedAsync());
        Assert.Contains("Azurite died 6 times within 5 minutes", up.Output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_folder.Path, "logs", "azurite.log"), up.Output, StringComparison.Ordinal);
        await Processes.GoneAsync(started);
    }

    [Fact(Timeout = Limit)]
    public async Task Scaler_Killed_NeverRunsMoreTrainersThanAllowed()
    {
        Processes.RequireLinux();
        await using var up = UpProcess.Start(_folder.Path, "--trainer", "local");
        using var api = await up.ReadyAsync();
        await DatasetPush.RunAsync(api, Sample.TinyShapes(), TimeProvider.System, _ => { }, CancellationToken.None);
        var job = await api.SubmitAsync(Sample.Long("goes-on", 1000), "goes-on-1", CancellationToken.None);
        await JobWatch.UntilAsync(api, job.Id, j => j.Progress is not null);
        var first = Required(up.Find("WrnCloud.TrainerJob.dll"));

        // It can't hear that its parent has gone: the place that it takes is not free.
        Processes.Signal(first, "STOP");
        Processes.Signal(Required(up.Find("scaler")), "KILL");
        await up.PrintedAsync("the scaler is back");
        while (up.Find("WrnCloud.TrainerJob.dll") is null) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);

        Assert.False(Processes.IsAlive(first), $"A second trainer started beside the first:\n{up.Output}");
        Assert.Contains($"process {first}, a trainer of an earlier scaler, did not exit and was killed", up.Output, StringComparison.Ordinal);
        await TrainsOnAsync(api, job.Id, attempt: 2);
        await up.StopAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Trainer_Stopped_IsEndedOnceItsLeaseHasLapsedAndTheJobGoesOn()
    {
        Processes.RequireLinux();
        await using var up = UpProcess.Start(_folder.Path, "--trainer", "local");
        using var api = await up.ReadyAsync();
        await DatasetPush.RunAsync(api, Sample.TinyShapes(), TimeProvider.System, _ => { }, CancellationToken.None);
        var job = await api.SubmitAsync(Sample.Long("stopped", 1000), "stopped-1", CancellationToken.None);
        await JobWatch.UntilAsync(api, job.Id, j => j.Progress?.Step > 20);
        var stopped = Required(up.Find("WrnCloud.TrainerJob.dll"));

        Processes.Signal(stopped, "STOP");

        await up.PrintedAsync($"trainer 1 hangs: it has lost job {job.Id}; killing it");
        await Processes.GoneAsync([stopped]);
        Assert.Equal(1, (await TrainsOnAsync(api, job.Id, attempt: 2)).Crashes);
        await up.StopAsync();
    }

    private static int Required(int? process)
    {
        Assert.NotNull(process);
        return process.Value;
    }

    // Kills whoever has the port until the port is ours.
    private static async Task<TcpListener> TakeAsync(int port, Func<int?> owner)
    {
        while (true)
        {
            if (owner() is { } process) Processes.Signal(process, "KILL");
            var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return listener;
            }
            catch (SocketException)
            {
                listener.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    // While a part is away its absence is answered as an outage; afterwards the same request is answered.
    private static async Task<T> AnsweredAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (e is EndpointUnreachableException || (e is ApiException api && api.Problem.Status >= 500))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            }
        }
    }

    // The attempt has made a step of its own beyond what it resumed from.
    private static Task<Job> TrainsOnAsync(ApiClient api, string id, int attempt) =>
        JobWatch.UntilAsync(api, id, j => j.Attempt == attempt && j.State == JobState.Running && j.Progress?.Step > (j.ResumedFrom?.Step ?? 0));

    private static async Task<Job> EndedAsync(ApiClient api, string id)
    {
        while (true)
        {
            var job = await AnsweredAsync(() => api.GetJobAsync(id, CancellationToken.None));
            if (job.IsTerminal) return job;
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }
}
