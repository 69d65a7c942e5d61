using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests;
using WrnCloud.LocalCloud.Tests.Broker;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Hosting;

namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>A trainer in this process, on a real store and a real broker, with a data set to train on.</summary>
internal sealed class TrainerHost : IAsyncDisposable
{
    public const string Dataset = "hosted-shapes";
    private readonly BrokerNamespace _broker;
    private readonly TestFolder _cache = new();

    private TrainerHost(BrokerNamespace broker, BlobStore blobs)
    {
        _broker = broker;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Trainer:CacheFolder", _cache.Path)]).Build();
        Services = new ServiceCollection()
            .AddLogging()
            .AddWrnCloud(configuration)
            .AddSingleton(blobs)
            .AddSingleton(broker.Connect())
            .AddTrainer(TrainerOptions.From(configuration, []) with { Threads = 2, ReceiveWait = TimeSpan.FromSeconds(5), Precision = Samples.Precision })
            .BuildServiceProvider();
    }

    public ServiceProvider Services { get; }

    public JobStore Jobs => Services.GetRequiredService<JobStore>();

    public static async Task<TrainerHost> StartAsync(AzuriteFixture azurite)
    {
        var host = new TrainerHost(await BrokerNamespace.StartAsync(TimeSpan.FromMinutes(1)), azurite.Blobs);
        var (train, test) = (Shapes10.Generate(160, 1), Shapes10.Generate(40, 2));
        var files = new Dictionary<string, byte[]> { ["train.bin"] = Cifar10Binary.Write(train), ["test.bin"] = Cifar10Binary.Write(test) };
        var manifest = DatasetManifest.Of(
            Dataset,
            DatasetFormat.Cifar10Binary,
            [DatasetFile.Of("train.bin", DatasetSplit.Train, files["train.bin"]), DatasetFile.Of("test.bin", DatasetSplit.Test, files["test.bin"])],
            train,
            test);
        files[DatasetManifest.FileName] = manifest.Serialize();
        foreach (var (name, bytes) in files)
            await azurite.Blobs.TryCreateAsync(DatasetCatalog.FileName(Dataset, name), bytes, "application/octet-stream", CancellationToken.None);
        return host;
    }

    /// <summary>Accepts a request, changes the record before it is stored if wanted, lets the trainer take it, and gives the record at the end.</summary>
    public async Task<Job> RunAsync(TrainingRequest request, Func<Job, Job>? amend = null)
    {
        var resolved = await Services.GetRequiredService<TrainingRequestValidator>().ResolveAsync(request, new List<FieldError>(), CancellationToken.None);
        var now = TimeProvider.System.GetUtcNow();
        var job = new Job
        {
            Id = Services.GetRequiredService<IIdSource>().NewJobId(now),
            Owner = "tests",
            State = JobState.Accepted,
            Request = request,
            Resolved = resolved,
            ConfigHash = resolved.ConfigHash(),
            AcceptedAt = now,
        };
        job = amend?.Invoke(job) ?? job;
        await Jobs.CreateAsync(job, CancellationToken.None);
        await Services.GetRequiredService<JobDispatcher>().DispatchAsync(job, CancellationToken.None);
        Assert.Equal(0, await Services.GetRequiredService<TrainerWorker>().RunAsync(CancellationToken.None));
        return (await Jobs.ReadAsync(job.Id, CancellationToken.None))!.Job;
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await _broker.DisposeAsync();
        _cache.Dispose();
    }
}
