using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.DurabilityBench.Kills;

/// <summary>
/// Clients of a stack until it is killed: submissions with a key and without, cancellations, readers, pushes of data sets. Nothing is sent twice here, so
/// what was not acknowledged may be there or not.
/// </summary>
internal sealed class Load(StackProcess stack, Ledger ledger, LoadOptions options, TimeProvider clock) : IDisposable
{
    /// <summary>The data set that the jobs train on.</summary>
    public const string Dataset = "tiny";

    private readonly HttpClient _http = new() { BaseAddress = stack.Endpoint, Timeout = TimeSpan.FromSeconds(100) };
    private readonly ApiClient _api = new(stack.Endpoint, stack.Key, clock);
    private int _sent;
    private int _acknowledged;

    public void Dispose()
    {
        _http.Dispose();
        _api.Dispose();
    }

    /// <summary>Pushes the data set that the jobs train on.</summary>
    public Task PrepareAsync(CancellationToken cancellationToken) => DatasetPush.RunAsync(_api, DatasetOf(Dataset, 64), clock, _ => { }, cancellationToken);

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(Random random, Fault round, string prefix, CancellationToken cancellationToken) => Task.WhenAll(
        RepeatAsync(random.Next(), r => SubmitNewAsync(r, round, prefix, cancellationToken), cancellationToken),
        RepeatAsync(random.Next(), r => SubmitNewAsync(r, round, prefix, cancellationToken), cancellationToken),
        RepeatAsync(random.Next(), r => CancelAnyAsync(r, cancellationToken), cancellationToken),
        RepeatAsync(random.Next(), r => ReadAnyAsync(r, cancellationToken), cancellationToken),
        RepeatAsync(random.Next(), r => PushAsync(r, round, prefix, cancellationToken), cancellationToken));

    /// <summary>Waits until so many changes were acknowledged.</summary>
    public async Task AcknowledgedAsync(int count, CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _acknowledged) < count) await Task.Delay(TimeSpan.FromMilliseconds(5), clock, cancellationToken);
    }

    /// <summary>Sends a submission; again, when it has a key and was sent before.</summary>
    public async Task SubmitAsync(Submission submission, CancellationToken cancellationToken)
    {
        var before = submission.Now;
        using var message = new HttpRequestMessage(HttpMethod.Post, "api/training-jobs")
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(submission.Request, WrnJson.Compact))
            {
                Headers = { ContentType = new("application/json") },
            },
        };
        message.Headers.Add("x-functions-key", stack.Key);
        if (submission.Key is { } key) message.Headers.Add("Idempotency-Key", key);
        using var answer = await _http.SendAsync(message, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.Accepted) return;
        submission.Acknowledged((await answer.Content.ReadFromJsonAsync<Job>(WrnJson.Compact, cancellationToken))!, before);
        Interlocked.Increment(ref _acknowledged);
    }

    /// <summary>Reads a job that was acknowledged.</summary>
    public async Task ReadAsync(Submission submission, CancellationToken cancellationToken)
    {
        var before = submission.Now;
        try
        {
            submission.Saw(await _api.GetJobAsync(submission.JobId!, cancellationToken), before);
        }
        catch (ApiException e) when (e.Problem.Status == (int)HttpStatusCode.NotFound)
        {
            submission.Break(Breach.Lost);
        }
    }

    private static LocalDataset DatasetOf(string name, int images) => LocalDataset.Of(
        name,
        Shapes10.Classes,
        [("train.bin", Cifar10Binary.Write(Shapes10.Generate(images, Shapes10.TrainSeed)))],
        [("test.bin", Cifar10Binary.Write(Shapes10.Generate(images, Shapes10.TestSeed)))]);

    // What an operation was not told, it does not note; the kill ends it in the middle.
    private async Task RepeatAsync(int seed, Func<Random, Task> operation, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await operation(random);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(options.PauseMs)), clock, cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or ApiException or EndpointUnreachableException or JsonException)
            {
                if (cancellationToken.IsCancellationRequested) return;
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, CancellationToken.None);
            }
        }
    }

    private async Task SubmitNewAsync(Random random, Fault round, string prefix, CancellationToken cancellationToken)
    {
        if (Open().Count() >= options.MaxOpen) return;
        var name = $"{prefix}-{Interlocked.Increment(ref _sent)}";
        var request = new TrainingRequest
        {
            Model = "WRN-10-1",
            Dataset = Dataset,
            Recipe = "fast/shapes10",
            PublishAs = name,
            Overrides = new SettingOverrides { Epochs = 1, BatchSize = 32 },
        };
        var submission = new Submission(request, random.Next(3) > 0 ? name : null, round);
        ledger.Add(submission);
        await SubmitAsync(submission, cancellationToken);
    }

    private async Task CancelAnyAsync(Random random, CancellationToken cancellationToken)
    {
        var open = Open().ToList();
        if (open.Count == 0 || random.Next(100) >= options.CancelPercent) return;
        var submission = open[random.Next(open.Count)];
        var before = submission.Now;
        submission.Cancelled(await _api.CancelAsync(submission.JobId!, cancellationToken), before);
        Interlocked.Increment(ref _acknowledged);
    }

    private async Task ReadAnyAsync(Random random, CancellationToken cancellationToken)
    {
        var all = (random.Next(2) == 0 ? Open() : ledger.Submissions.Where(s => s.JobId is not null)).ToList();
        if (all.Count > 0) await ReadAsync(all[random.Next(all.Count)], cancellationToken);
    }

    private async Task PushAsync(Random random, Fault round, string prefix, CancellationToken cancellationToken)
    {
        if (random.Next(100) >= options.PushPercent) return;
        var dataset = DatasetOf($"set-{prefix}-{Interlocked.Increment(ref _sent)}", random.Next(20, 60));
        await DatasetPush.RunAsync(_api, dataset, clock, _ => { }, cancellationToken);
        ledger.Add(dataset.Manifest, round);
        Interlocked.Increment(ref _acknowledged);
    }

    private IEnumerable<Submission> Open() => ledger.Submissions.Where(s => s.JobId is not null && s.Now is { Ended: null, IsCancelled: false });
}
