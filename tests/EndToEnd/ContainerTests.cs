using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Azure.Messaging.ServiceBus;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Pushing;
using WrnCloud.EndToEnd.Support;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Storage;

namespace WrnCloud.EndToEnd;

/// <summary>
/// What compose.yaml starts, without containers:
/// the images' entry points with the images' and the file's environment and nothing else,
/// against Azurite and a broker that reads the very queue definitions that the file mounts into Microsoft's emulator.
/// </summary>
public sealed class ContainerTests : IAsyncLifetime
{
    private const string BrokerConfig = "src/LocalCloud/Broker/Config.json";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Dictionary<string, string> Shell = new()
    {
        ["WRN_FUNCTION_KEY"] = "a-key-of-ones-own",
        ["WRN_STORAGE_KEY"] = Convert.ToBase64String(new byte[64]),
        ["MSSQL_SA_PASSWORD"] = "unused here",
    };

    private readonly TempFolder _folder = new();
    private readonly List<ChildProcess> _emulators = [];
    private readonly List<Process> _services = [];
    private readonly Dictionary<string, string> _moved = [];
    private ApiClient _api = null!;

    public async ValueTask InitializeAsync()
    {
        Processes.RequireLinux();
        var azurite = await AzuriteInstaller.EnsureAsync(null, TimeProvider.System, CancellationToken.None);
        var storage = await EmulateAsync(
            "node",
            [Path.Combine(azurite, "azurite.mjs"), Path.Combine(_folder.Path, "azurite"), "0"],
            ComposeService.EnvironmentOf("azurite", Shell));
        var broker = await EmulateAsync(
            DotnetProgram.Host,
            [
                DotnetProgram.LocalCloud,
                "broker",
                "--data",
                Path.Combine(_folder.Path, "broker"),
                "--config",
                Path.Combine(Repository.Root, BrokerConfig),
                ParentProcess.Option,
            ],
            new Dictionary<string, string> { [BrokerProcess.KeyVariable] = "SAS_KEY_VALUE" });
        var port = FreePort();
        _moved["127.0.0.1:10000"] = new Uri(storage["url"]).Authority;
        _moved["sb://servicebus"] = $"sb://127.0.0.1:{ServiceBusConnectionStringProperties.Parse(broker["connectionString"]).Endpoint.Port}";
        _moved["8080"] = port.ToString(CultureInfo.InvariantCulture);
        _moved["0.0.0.0"] = "127.0.0.1";
        _api = new ApiClient(new Uri($"http://127.0.0.1:{port}"), Shell["WRN_FUNCTION_KEY"], TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        foreach (var service in _services)
        {
            if (!service.HasExited) service.Kill();
            await service.WaitForExitAsync();
            service.Dispose();
        }

        foreach (var emulator in _emulators) await emulator.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = 20 * 60_000)]
    [Trait("Category", "Slow")]
    public async Task Services_WithTheComposeFilesEnvironment_TrainAndStopWhenTold()
    {
        var (functions, trainer) = (Start("functions"), Start("trainer"));
        await HealthyAsync(functions);
        await DatasetPush.RunAsync(_api, Sample.TinyShapes(), TimeProvider.System, _ => { }, CancellationToken.None);

        // One trainer takes one job after another.
        foreach (var name in (string[])["first", "second"])
        {
            var id = (await _api.SubmitAsync(Sample.Short(name), name, CancellationToken.None)).Id;
            Assert.Equal(JobState.Succeeded, (await UntilAsync(id, j => j.IsTerminal, trainer)).State);
        }

        var interrupted = (await _api.SubmitAsync(Sample.Long("interrupted", 1000), "interrupted", CancellationToken.None)).Id;
        await UntilAsync(interrupted, j => j.Progress is not null, trainer);
        Processes.Signal(trainer.Id, "TERM");
        await Processes.GoneAsync([trainer.Id]);
        await trainer.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, trainer.ExitCode);
        var job = await _api.GetJobAsync(interrupted, CancellationToken.None);
        Assert.Equal((JobState.Interrupted, 0), (job.State, job.Crashes));

        Processes.Signal(functions.Id, "TERM");
        await Processes.GoneAsync([functions.Id]);
        await functions.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, functions.ExitCode);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<IReadOnlyDictionary<string, string>> EmulateAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var child = ChildProcess.Start(
            "emulator", program, arguments, environment, Path.Combine(_folder.Path, $"emulator-{_emulators.Count}.log"), TimeProvider.System);
        _emulators.Add(child);
        return await child.ReadyAsync(Patience, CancellationToken.None);
    }

    private Process Start(string service)
    {
        var home = Directory.CreateDirectory(Path.Combine(_folder.Path, $"home-{service}")).FullName;
        var process = new ComposeService(service, Shell).Start(_moved, home, Log(service));
        _services.Add(process);
        return process;
    }

    private string Log(string service) => Path.Combine(_folder.Path, $"{service}.log");

    private async Task HealthyAsync(Process functions)
    {
        using var http = new HttpClient { BaseAddress = _api.Endpoint };
        while (true)
        {
            Assert.False(functions.HasExited, $"The functions ended:\n{await File.ReadAllTextAsync(Log("functions"))}");
            try
            {
                using var answer = await http.GetAsync(new Uri("/api/health", UriKind.Relative));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private Task<Job> UntilAsync(string id, Func<Job, bool> reached, Process trainer) => JobWatch.UntilAsync(
        _api, id, reached, () => Assert.False(trainer.HasExited, $"The trainer ended:\n{File.ReadAllText(Log("trainer"))}"));
}
