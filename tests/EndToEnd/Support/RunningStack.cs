using System.Collections.Concurrent;
using System.Globalization;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Pushing;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.EndToEnd.Support;

/// <summary>A whole local stack with a tiny data set, shared by the tests of a class.</summary>
public sealed class RunningStack : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _events = new();

    internal LocalStack Stack { get; private set; } = null!;

    internal ApiClient Api { get; private set; } = null!;

    internal TempFolder Folder { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Stack = await LocalStack.StartAsync(new LocalStackOptions { StateFolder = Folder.Path, OnEvent = _events.Enqueue }, CancellationToken.None);
        Api = new ApiClient(Stack.Endpoint, Stack.Key, TimeProvider.System);
        await DatasetPush.RunAsync(Api, Sample.TinyShapes(), TimeProvider.System, _ => { }, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Stack.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>Waits until the job is as wanted.</summary>
    internal async Task<Job> UntilAsync(string id, Func<Job, bool> reached, int seconds)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (true)
        {
            var job = await Api.GetJobAsync(id, CancellationToken.None);
            if (reached(job)) return job;
            Assert.False(job.IsTerminal, $"The job ended as {job.State}: {job.Reason}");
            Assert.True(clock.GetElapsedTime(start).TotalSeconds < seconds, $"After {seconds} s the job is {job.State}, attempt {job.Attempt}, {job.Progress}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), clock);
        }
    }

    /// <summary>The process id of the trainer that was started last.</summary>
    internal int LastTrainer()
    {
        var line = _events.Last(e => e.Contains(" started (process ", StringComparison.Ordinal));
        return int.Parse(line[(line.LastIndexOf(' ') + 1)..^1], CultureInfo.InvariantCulture);
    }
}
