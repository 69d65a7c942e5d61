using System.Text;
using Azure.Storage.Blobs;
using WrnCloud.Contracts.Models;
using WrnCloud.Datasets;
using WrnCloud.Functions.Scoring;
using WrnCloud.Functions.Tests.Scoring;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Storage;
using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.Referee;

/// <summary>
/// Azurite and the broker with a model and a data set;
/// LocalCloud's functions host, which answers every request first and then ends, so that nobody else takes the queues' messages;
/// then the published worker under the referee's host.
/// </summary>
public sealed class RefereeStack : IAsyncLifetime
{
    public const string Key = "referee-key";
    public const string Model = "colours";

    private const string Account = "referee";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly string StorageKey = Convert.ToBase64String(new byte[64]);

    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-referee-").FullName;
    private readonly List<ChildProcess> _children = [];
    private readonly Dictionary<string, string> _environment = [];

    /// <summary>A request for a job that nobody trains.</summary>
    public static byte[] Training { get; } = Encoding.UTF8.GetBytes("""{"model":"WRN-10-1","dataset":"tiny","recipe":"fast/shapes10"}""");

    internal BlobStore Blobs { get; private set; } = null!;

    internal string ServiceBus { get; private set; } = "";

    /// <summary>The referee's host.</summary>
    internal HttpClient Host { get; private set; } = null!;

    /// <summary>What LocalCloud's functions host answered, by request.</summary>
    internal Dictionary<string, HttpAnswer> LocalAnswers { get; } = [];

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("What is published is for Linux.");
        await PublishedFunctions.PublishAsync(Path.Combine(_folder, "app"));
        await StartStoresAsync();
        await SeedAsync();
        await using (var local = Start("functions", [DotnetProgram.LocalCloud, "functions", ParentProcess.Option]))
        {
            using var client = await ClientAsync(local);

            // Both hosts use one store: what the requests change is changed before either is asked.
            foreach (var request in HttpCase.All.Where(r => r.Method == "PUT")) await request.SendAsync(client);
            foreach (var request in HttpCase.All) LocalAnswers.Add(request.ToString(), await request.SendAsync(client));
        }

        var host = StartHost();
        _children.Add(host);
        Host = await ClientAsync(host);
    }

    public async ValueTask DisposeAsync()
    {
        Host?.Dispose();
        foreach (var child in Enumerable.Reverse(_children)) await child.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Another host of the published worker, on the same stores.</summary>
    internal ChildProcess StartHost() =>
        Start("referee", [SiblingProgram.Of("RefereeHost"), Path.Combine(_folder, "app"), ParentProcess.Option]);

    /// <summary>A client of a host, once that answers.</summary>
    internal static async Task<HttpClient> ClientAsync(ChildProcess host) =>
        new() { BaseAddress = new Uri((await host.ReadyAsync(StartLimit, CancellationToken.None))["url"]), Timeout = StartLimit };

    private async Task StartStoresAsync()
    {
        var installed = await AzuriteInstaller.EnsureAsync(null, TimeProvider.System, CancellationToken.None);
        _environment["AZURITE_ACCOUNTS"] = $"{Account}:{StorageKey}";
        _environment["WRN_BROKER_KEY"] = "c2VjcmV0";

        // The worker writes keys of its data protection below its home.
        _environment["HOME"] = _folder;
        var azurite = Start("azurite", [Path.Combine(installed, "azurite.mjs"), Path.Combine(_folder, "azurite"), "0"], "node");
        _children.Add(azurite);
        var broker = Start("broker", [DotnetProgram.LocalCloud, "broker", "--data", Path.Combine(_folder, "broker"), ParentProcess.Option]);
        _children.Add(broker);
        var url = (await azurite.ReadyAsync(StartLimit, CancellationToken.None))["url"];
        ServiceBus = (await broker.ReadyAsync(StartLimit, CancellationToken.None))["connectionString"];
        var storage = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={StorageKey};BlobEndpoint={url}/{Account};";
        Blobs = new BlobStore(new BlobServiceClient(storage), new RandomIdSource());
        await Blobs.EnsureContainersAsync(CancellationToken.None);
        _environment["Storage__ConnectionString"] = storage;
        _environment["ServiceBus__ConnectionString"] = _environment["ServiceBus"] = ServiceBus;
        _environment["Host__FunctionKey"] = Key;
    }

    private async Task SeedAsync()
    {
        var onnx = new OnnxFile().Build();
        var version = SampleModels.Version(Model, 1, "job1") with
        {
            Classes = ["red", "green", "blue"],
            Files = [new ArtifactFile(ModelCache.OnnxFile, onnx.Length, OnnxFile.Hash(onnx))],
        };
        var models = new ModelRegistry(Blobs, TimeProvider.System);
        await models.ReserveVersionAsync(Model, "job1", CancellationToken.None);
        var artifact = ModelRegistry.ArtifactFolder(Model, 1, 1).Child(ModelCache.OnnxFile);
        await Blobs.TryCreateAsync(artifact, onnx, "application/octet-stream", CancellationToken.None);
        await models.PublishAsync(version, CancellationToken.None);

        var images = Shapes10.Generate(20, Shapes10.TrainSeed);
        var bytes = Cifar10Binary.Write(images);
        DatasetFile[] files = [DatasetFile.Of("train.bin", DatasetSplit.Train, bytes), DatasetFile.Of("test.bin", DatasetSplit.Test, bytes)];
        foreach (var file in files)
            await Blobs.TryCreateAsync(DatasetCatalog.FileName("tiny", file.Name), bytes, "application/octet-stream", CancellationToken.None);
        var manifest = DatasetManifest.Of("tiny", DatasetFormat.Cifar10Binary, files, images, images).Serialize();
        await Blobs.TryCreateAsync(DatasetCatalog.FileName("tiny", DatasetManifest.FileName), manifest, "application/json", CancellationToken.None);
    }

    private ChildProcess Start(string name, IEnumerable<string> arguments, string? program = null) => ChildProcess.Start(
        name, program ?? DotnetProgram.Host, arguments, _environment, Path.Combine(_folder, $"{name}.log"), TimeProvider.System);
}
