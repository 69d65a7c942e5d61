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
    /// <summary>The model that <see cref="PublishedAsync"/> publishes, for tests that need one and change nothing of it.</summary>
    internal const string Model = "shared";

    private readonly ConcurrentQueue<string> _events = new();
    private readonly ConcurrentQueue<string> _submitted = new();
    private readonly Lazy<Task<Job>> _published;

    /// <summary>Nothing runs yet.</summary>
    public RunningStack() => _published = new Lazy<Task<Job>>(PublishAsync);

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

    /// <summary>Submits a job that <see cref="EndJobsAsync"/> ends if the test does not.</summary>
    internal async Task<Job> SubmitAsync(TrainingRequest request, string key)
    {
        var job = await Api.SubmitAsync(request, key, CancellationToken.None);
        _submitted.Enqueue(job.Id);
        return job;
    }

    /// <summary>The job that published <see cref="Model"/>, which the first caller trains.</summary>
    internal Task<Job> PublishedAsync() => _published.Value;

    /// <summary>Waits until the job satisfies the condition.</summary>
    internal Task<Job> UntilAsync(string id, Func<Job, bool> reached) => JobWatch.UntilAsync(Api, id, reached);

    /// <summary>Ends what a test has left running.</summary>
    internal async Task EndJobsAsync()
    {
        var ids = new List<string>();
        while (_submitted.TryDequeue(out var id)) ids.Add(id);
        await JobWatch.EndAsync(Api, ids);
    }

    /// <summary>The process id of the trainer that was started last.</summary>
    internal int LastTrainer()
    {
        var line = _events.Last(e => e.Contains(" started (process ", StringComparison.Ordinal));
        return int.Parse(line[(line.LastIndexOf(' ') + 1)..^1], CultureInfo.InvariantCulture);
    }

    private async Task<Job> PublishAsync()
    {
        var job = await SubmitAsync(Sample.Short(Model), $"{Model}-1");
        return await UntilAsync(job.Id, j => j.State == JobState.Succeeded);
    }
}
