using System.Diagnostics;
using System.Text.Json;
using WrnCloud.Contracts.Messaging;
using WrnCloud.Contracts.Programs;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.Shared.Tests.Messaging;

/// <summary>The embedded broker as a process, from the local build; the Azure build does not compile it.</summary>
internal sealed class BrokerProcessNamespace : IQueueNamespace
{
    private const string Config = """
        {"UserConfig":{"Namespaces":[{"Name":"sbemulatorns","Queues":[{"Name":"training-jobs","Properties":{"LockDuration":"PT5S","MaxDeliveryCount":3,
        "RequiresDuplicateDetection":true,"DuplicateDetectionHistoryTimeWindow":"PT5M"}}],"Topics":[]}]}}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-sdk-").FullName;
    private Process? _process;
    private string _connection = "";

    public string Queue => QueueNames.TrainingJobs;

    public TimeSpan LockDuration => TimeSpan.FromSeconds(1);

    public int MaxDeliveryCount => 3;

    public static async Task<IQueueNamespace> StartAsync()
    {
        var program = Program();
        Assert.SkipWhen(program is null, "The embedded broker is not built: run `dotnet build src/LocalCloud` first.");
        var started = new BrokerProcessNamespace();
        await started.RunAsync(program!);
        return started;
    }

    public IJobQueues Connect() => new ServiceBusJobQueues(_connection, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string? Program() =>
        new[] { "debug", "release" }.Select(c => Path.Combine(Repository.Root, "artifacts", "bin", "LocalCloud", c, "WrnCloud.LocalCloud.dll")).FirstOrDefault(File.Exists);

    private async Task RunAsync(string program)
    {
        var config = Path.Combine(_folder, "Config.json");
        await File.WriteAllTextAsync(config, Config);
        var start = new ProcessStartInfo("dotnet", [program, "broker", "--data", _folder, "--config", config, "--lock-duration", "PT1S", "--parent-stdin"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["WRN_BROKER_KEY"] = "c2VjcmV0";
        _process = Process.Start(start)!;
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience, TimeProvider.System) ?? throw new InvalidOperationException("The broker ended before it was ready.");
        _connection = JsonDocument.Parse(line).RootElement.GetProperty("connectionString").GetString()!;
    }
}
