using System.Diagnostics;
using System.Text.Json;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;
using WrnCloud.EndToEnd.Support;
using WrnCloud.Hosting;
using WrnCloud.Images;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Stack;
using WrnCloud.LocalCloud.Storage;

namespace WrnCloud.EndToEnd;

/// <summary>Nobody outside the machine is told anything: every system call that names an address is looked at, of every process.</summary>
public sealed class ForeignConnectionTests : IAsyncDisposable
{
    private const string Model = "quiet";
    private const int Dns = 53;
    private const int Side = 32;

    /// <summary>The C library asks its name cache for users and groups; what the cache lacks it would look up itself, which is seen.</summary>
    private const string NameCache = "/var/run/nscd/socket";

    private readonly TempFolder _folder = new();
    private readonly List<Process> _started = [];

    private string State => Path.Combine(_folder.Path, "state");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            int[] family = [.. Processes.DescendantsOf(process.Id), process.Id];
            foreach (var id in family.Where(Processes.IsAlive)) Processes.Signal(id, "KILL");
            await Processes.GoneAsync(family);
            process.Dispose();
        }

        _folder.Dispose();
    }

    [Fact(Timeout = 1200_000)]
    [Trait("Category", "Slow")]
    public Task WholeRun_TrainPredictBatchVerify_LooksUpNoNameAndConnectsToItsOwnPartsOnly() => RunAsync([], null);

    [Fact(Timeout = 1200_000)]
    [Trait("Category", "Slow")]
    public async Task WholeRun_WithACollector_ConnectsToThatBesides()
    {
        await using var collector = new TelemetryCollector();

        await RunAsync(new() { ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = collector.ConnectionString }, collector.Port);

        // The trainer has ended: what it had to say has come, or never will.
        Assert.Contains("training job", collector.Received, StringComparison.Ordinal);
    }

    private async Task RunAsync(Dictionary<string, string> settings, int? collector)
    {
        await ConnectionTrace.RequireAsync();

        // On a fresh machine npm fetches it once; that is not a part of the run.
        await AzuriteInstaller.EnsureAsync(null, TimeProvider.System, CancellationToken.None);
        var home = Directory.CreateDirectory(Path.Combine(_folder.Path, "home")).FullName;
        var environment = new Dictionary<string, string>(settings)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
            ["HOME"] = home,
            ["WRN_CACHE"] = NpmInstaller.CacheFolder,
        };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root) environment["DOTNET_ROOT"] = root;
        var trace = new ConnectionTrace(_folder.Path, environment);

        var up = trace.Start("WrnCloud.Cli.dll", ["up", "--state", State], out var log);
        _started.Add(up);
        var stack = await ReadyAsync(up, log);
        using (var api = new ApiClient(stack.Endpoint, stack.Key, TimeProvider.System))
            await DatasetPush.RunAsync(api, Sample.TinyShapes(), TimeProvider.System, _ => { }, CancellationToken.None);
        environment["WRN_ENDPOINT"] = stack.Endpoint.AbsoluteUri;
        environment["WRN_KEY"] = stack.Key;
        var ports = ListeningPorts.Of(Processes.DescendantsOf(up.Id)).ToHashSet();
        Assert.Contains(stack.Endpoint.Port, ports);
        if (collector is { } besides) ports.Add(besides);

        string[] what = ["--dataset", Sample.Dataset, "--model", "WRN-10-1", "--recipe", "fast/shapes10", "--epochs", "2"];
        await WrnAsync(trace, ["train", .. what, "--publish-as", Model, "--watch"]);
        var picture = await PictureAsync();
        await WrnAsync(trace, "predict", Model, picture);
        await WrnAsync(trace, "batch", Model, picture);
        await WrnAsync(trace, "models", "verify", $"{Model}@1");
        await StopAsync(up);

        // Port 0 is no target: the C library asks so which of several addresses it would reach.
        Assert.Contains(trace.Targets, t => t.Port == stack.Endpoint.Port);
        var foreign = trace.Targets.Where(IsForeign).ToList();
        Assert.True(foreign.Count == 0, trace.Describe(foreign));

        bool IsForeign(ConnectionTrace.Target target) => target.Port is { } port
            ? !target.IsLoopback || port == Dns || (port != 0 && !ports.Contains(port))
            : target.Address != NameCache;
    }

    private async Task WrnAsync(ConnectionTrace trace, params string[] arguments)
    {
        var process = trace.Start("WrnCloud.Cli.dll", arguments, out var log);
        _started.Add(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"wrn {arguments[0]} ended with {process.ExitCode}:\n{await File.ReadAllTextAsync(log)}");
    }

    private async Task<string> PictureAsync()
    {
        var picture = Path.Combine(_folder.Path, "picture.png");
        var shapes = Shapes10.Generate(1, Shapes10.TestSeed);
        await File.WriteAllBytesAsync(picture, ImageEncoder.Png(ImagePlanes.Interleave(shapes.Image(0)), Side, Side));
        return picture;
    }

    private async Task<StackDescription> ReadyAsync(Process up, string log)
    {
        var file = Path.Combine(State, StackDescription.FileName);
        while (!File.Exists(file))
        {
            Assert.False(up.HasExited, $"wrn up ended before it was ready:\n{await File.ReadAllTextAsync(log)}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        return JsonSerializer.Deserialize<StackDescription>(await File.ReadAllBytesAsync(file), WrnJson.Compact)!;
    }

    // Its tracer ends when the last traced process has, and then the trace is whole.
    private static async Task StopAsync(Process up)
    {
        var wrn = Processes.DescendantsOf(up.Id)[0];
        Processes.Signal(wrn, "TERM");
        await up.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
