using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Stack;
using WrnCloud.Storage;

namespace WrnCloud.MessagingBench.Trainers;

/// <summary>
/// A trainer process on a real store and broker: how long messages that ask for nothing hold up the next job, and how long a running job takes to be
/// cancelled in the middle of a long step.
/// </summary>
internal sealed class TrainerReport(int cancelled, string slowNetwork, int slowBatch, TimeProvider clock)
{
    private const string Dataset = "bench-shapes";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public async Task<int> RunAsync(DirectoryInfo folder)
    {
        var options = new LocalStackOptions { StateFolder = folder.FullName, StartTrainers = false };
        await using var stack = await LocalStack.StartAsync(options, CancellationToken.None);
        var settings = new Dictionary<string, string>
        {
            ["Storage__ConnectionString"] = stack.StorageConnectionString,
            ["ServiceBus__ConnectionString"] = stack.ServiceBusConnectionString,
        };
        var keys = settings.Select(s => KeyValuePair.Create(s.Key.Replace("__", ":", StringComparison.Ordinal), (string?)s.Value));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(keys).Build();
        await using var services = new ServiceCollection().AddLogging().AddWrnCloud(configuration).BuildServiceProvider();
        await PushAsync(services.GetRequiredService<BlobStore>());

        Console.WriteLine("| what | measured |\n|---|---|");
        await using (var without = await MeasureNextAsync(services, settings, folder, 0))
            Print("from the start of a trainer process to the start of a job, nothing ahead", without.Seconds);
        await using (var with = await MeasureNextAsync(services, settings, folder, cancelled))
            Print($"the same with the messages of {cancelled} cancelled jobs ahead", with.Seconds);
        var cancel = await MeasureCancelAsync(services, settings, folder);
        Print($"from the request to cancel to Cancelled, {slowNetwork} at batch {slowBatch} in its first step", cancel);
        return 0;
    }

    private static void Print(string what, double seconds) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {seconds:0.0} s |"));

    private async Task<Measured> MeasureNextAsync(IServiceProvider services, Dictionary<string, string> settings, DirectoryInfo folder, int ahead)
    {
        for (var i = 0; i < ahead; i++) await CancelAsync(services, (await SubmitAsync(services, "WRN-10-1", 32)).Id);
        var next = await SubmitAsync(services, "WRN-10-1", 32);
        var started = clock.GetTimestamp();
        var trainer = Start(settings, folder, $"trainer-{ahead}");
        await UntilAsync(services, next.Id, j => j.State == JobState.Running);
        var seconds = clock.GetElapsedTime(started).TotalSeconds;
        await UntilAsync(services, next.Id, j => j.IsTerminal);
        return new Measured(seconds, trainer);
    }

    private async Task<double> MeasureCancelAsync(IServiceProvider services, Dictionary<string, string> settings, DirectoryInfo folder)
    {
        var job = await SubmitAsync(services, slowNetwork, slowBatch);
        var training = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var trainer = Start(settings, folder, "trainer-cancel", line =>
        {
            if (line.Contains($"Training {slowNetwork}", StringComparison.Ordinal)) training.TrySetResult();
        });
        await training.Task;

        // Well into the first step, which no smaller part of the run has come before.
        await Task.Delay(TimeSpan.FromSeconds(3), clock);
        var asked = clock.GetTimestamp();
        await CancelAsync(services, job.Id);
        await UntilAsync(services, job.Id, j => j.IsTerminal);
        return clock.GetElapsedTime(asked).TotalSeconds;
    }

    private ChildProcess Start(Dictionary<string, string> settings, DirectoryInfo folder, string name, Action<string>? onLine = null)
    {
        var log = Path.Combine(folder.FullName, $"{name}.log");
        return ChildProcess.Start(
            name, DotnetProgram.Host, [DotnetProgram.Trainer, ParentProcess.Option], settings, log, clock, onLine ?? (_ => { }));
    }

    private async Task UntilAsync(IServiceProvider services, string id, Func<Job, bool> condition)
    {
        var jobs = services.GetRequiredService<JobStore>();
        while (!condition((await jobs.ReadAsync(id, CancellationToken.None))!.Job)) await Task.Delay(Poll, clock);
    }

    private async Task<Job> SubmitAsync(IServiceProvider services, string model, int batch)
    {
        var overrides = new SettingOverrides { Epochs = 1, BatchSize = batch, MaxSteps = 2 };
        var request = new TrainingRequest { Model = model, Dataset = Dataset, Recipe = "fast/shapes10", PublishAs = "bench", Overrides = overrides };
        var validator = services.GetRequiredService<TrainingRequestValidator>();
        var resolved = await validator.ResolveAsync(request, new List<FieldError>(), CancellationToken.None);
        var now = clock.GetUtcNow();
        var job = JobTransitions.Accept(services.GetRequiredService<IIdSource>().NewJobId(now), "bench", request, resolved, now);
        await services.GetRequiredService<JobStore>().CreateAsync(job, CancellationToken.None);
        return await services.GetRequiredService<JobDispatcher>().DispatchAsync(job, CancellationToken.None);
    }

    private Task<Job?> CancelAsync(IServiceProvider services, string id) =>
        services.GetRequiredService<JobStore>().UpdateAsync(id, s => JobTransitions.RequestCancel(s.Job, clock.GetUtcNow()), CancellationToken.None);

    private static async Task PushAsync(BlobStore blobs)
    {
        var (train, test) = (Shapes10.Generate(160, 1), Shapes10.Generate(40, 2));
        var files = new Dictionary<string, byte[]> { ["train.bin"] = Cifar10Binary.Write(train), ["test.bin"] = Cifar10Binary.Write(test) };
        var described = new[]
        {
            DatasetFile.Of("train.bin", DatasetSplit.Train, files["train.bin"]), DatasetFile.Of("test.bin", DatasetSplit.Test, files["test.bin"]),
        };
        files[DatasetManifest.FileName] = DatasetManifest.Of(Dataset, DatasetFormat.Cifar10Binary, described, train, test).Serialize();
        foreach (var (name, bytes) in files)
            await blobs.TryCreateAsync(DatasetCatalog.FileName(Dataset, name), bytes, "application/octet-stream", CancellationToken.None);
    }

    /// <summary>A duration, and the trainer that ends when it is disposed.</summary>
    private sealed record Measured(double Seconds, ChildProcess Trainer) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Trainer.DisposeAsync();
    }
}
