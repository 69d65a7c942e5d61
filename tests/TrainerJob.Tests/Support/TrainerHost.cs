using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests;
using WrnCloud.LocalCloud.Tests.Broker;
using WrnCloud.Messaging;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Hosting;

namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>A trainer in this process, on a real store and a real broker, with a data set to train on.</summary>
internal sealed class TrainerHost : IAsyncDisposable
{
    public const string Dataset = "hosted-shapes";
    private const int TestPictures = 4;
    private readonly BrokerNamespace _broker;
    private readonly TestFolder _cache = new();

    private TrainerHost(BrokerNamespace broker, BlobStore blobs, Func<TrainerOptions, TrainerOptions>? amend)
    {
        _broker = broker;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Trainer:CacheFolder", _cache.Path)]).Build();
        var options = TrainerOptions.From(configuration, []) with
        {
            Threads = 2,
            ReceiveWait = TimeSpan.FromSeconds(5),
            Precision = Samples.Precision,
        };
        Services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(Log))
            .AddWrnCloud(configuration)
            .AddSingleton(blobs)
            .AddSingleton(broker.Connect())
            .AddTrainer(amend?.Invoke(options) ?? options)
            .BuildServiceProvider();
    }

    /// <summary>
    /// Of an untrained or trained network on the data set: each of the test pictures is there once under every label, so that one in ten is right.
    /// </summary>
    public static double Top1OfAnyNetwork => 0.1;

    public ServiceProvider Services { get; }

    public TestLog Log { get; } = new();

    public JobStore Jobs => Services.GetRequiredService<JobStore>();

    public TrainerWorker Worker => Services.GetRequiredService<TrainerWorker>();

    public static async Task<TrainerHost> StartAsync(BlobStore blobs, Func<TrainerOptions, TrainerOptions>? amend = null)
    {
        var host = new TrainerHost(await BrokerNamespace.StartAsync(TimeSpan.FromMinutes(1)), blobs, amend);
        var (train, test) = (Shapes10.Generate(160, 1), UnderEveryLabel(Shapes10.Generate(TestPictures, 2)));
        var files = new Dictionary<string, byte[]> { ["train.bin"] = Cifar10Binary.Write(train), ["test.bin"] = Cifar10Binary.Write(test) };
        var manifest = DatasetManifest.Of(
            Dataset,
            DatasetFormat.Cifar10Binary,
            [DatasetFile.Of("train.bin", DatasetSplit.Train, files["train.bin"]), DatasetFile.Of("test.bin", DatasetSplit.Test, files["test.bin"])],
            train,
            test);
        files[DatasetManifest.FileName] = manifest.Serialize();
        foreach (var (name, bytes) in files)
            await blobs.TryCreateAsync(DatasetCatalog.FileName(Dataset, name), bytes, "application/octet-stream", CancellationToken.None);
        return host;
    }

    /// <summary>A small request that ends after some steps.</summary>
    public static TrainingRequest Request(string name, int? maxSteps = null) => new()
    {
        Model = "WRN-10-1",
        Dataset = Dataset,
        Recipe = "fast/shapes10",
        PublishAs = name,
        Overrides = new SettingOverrides { Epochs = 1, BatchSize = 32, MaxSteps = maxSteps },
    };

    /// <summary>
    /// Accepts a request, changes the record before it is stored if wanted, lets the trainer take it, and gives the record at the end.
    /// </summary>
    public async Task<Job> RunAsync(TrainingRequest request, Func<Job, Job>? amend = null)
    {
        var job = await SubmitAsync(request, amend);
        Assert.Equal(0, await Worker.RunAsync(CancellationToken.None));
        return await ReadAsync(job.Id);
    }

    /// <summary>Accepts a request and sends its message.</summary>
    public async Task<Job> SubmitAsync(TrainingRequest request, Func<Job, Job>? amend = null)
    {
        var resolved = await Services.GetRequiredService<TrainingRequestValidator>()
            .ResolveAsync(request, new List<FieldError>(), CancellationToken.None);
        var now = TimeProvider.System.GetUtcNow();
        var job = JobTransitions.Accept(Services.GetRequiredService<IIdSource>().NewJobId(now), "tests", request, resolved, now);
        job = amend?.Invoke(job) ?? job;
        await Jobs.CreateAsync(job, CancellationToken.None);
        return await Services.GetRequiredService<JobDispatcher>().DispatchAsync(job, CancellationToken.None);
    }

    public async Task<Job> ReadAsync(string id) => (await Jobs.ReadAsync(id, CancellationToken.None))!.Job;

    public Task CancelAsync(string id) =>
        Jobs.UpdateAsync(id, s => JobTransitions.RequestCancel(s.Job, TimeProvider.System.GetUtcNow()), CancellationToken.None);

    /// <summary>Ids of the messages that wait.</summary>
    public async Task<IReadOnlyList<string>> WaitingAsync()
    {
        await using var queue = Services.GetRequiredService<IJobQueues>().Open(QueueNames.TrainingJobs);
        return [.. (await queue.PeekAsync(0, 100, CancellationToken.None)).Select(m => m.MessageId)];
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await _broker.DisposeAsync();
        _cache.Dispose();
    }

    private static LabelledImages UnderEveryLabel(LabelledImages pictures)
    {
        var labels = Enumerable.Range(0, pictures.Count * pictures.Classes.Count).Select(i => (ushort)(i % pictures.Classes.Count)).ToArray();
        var pixels = new byte[labels.Length * LabelledImages.ImageBytes];
        for (var i = 0; i < labels.Length; i++)
        {
            var source = pictures.Pixels.AsSpan(i / pictures.Classes.Count * LabelledImages.ImageBytes, LabelledImages.ImageBytes);
            source.CopyTo(pixels.AsSpan(i * LabelledImages.ImageBytes));
        }

        return new LabelledImages(pixels, labels, pictures.Classes);
    }
}
