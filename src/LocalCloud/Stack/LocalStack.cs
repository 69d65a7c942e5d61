using System.Globalization;
using Azure.Messaging.ServiceBus;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Storage;

namespace WrnCloud.LocalCloud.Stack;

/// <summary>
/// The whole cloud on one machine: Azurite, broker, functions host and scaler as processes that end with this one. A process that dies is
/// restarted on the same port.
/// </summary>
public sealed class LocalStack : IAsyncDisposable
{
    private const string Account = "wrncloud";
    private const string Loopback = "127.0.0.1";

    /// <summary>The scaler waits for its trainers to save their work.</summary>
    private static readonly TimeSpan ScalerStopTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Longer than the parts of a killed stack take to exit.</summary>
    private static readonly TimeSpan PortTimeout = TimeSpan.FromSeconds(15);

    private readonly List<StackPart> _parts = [];
    private readonly LocalStackOptions _options;
    private readonly StateFolder _state;
    private readonly ProcessLog _events;
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StackKeys _keys = null!;
    private StackPorts _ports = new();

    private LocalStack(LocalStackOptions options, StateFolder state)
    {
        _options = options;
        _state = state;
        _events = new ProcessLog(Path.Combine(state.Logs, "events.log"));
    }

    /// <summary>The functions host's address; routes begin with <c>/api</c>.</summary>
    public Uri Endpoint { get; private set; } = new("http://127.0.0.1");

    /// <summary>The function key.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Azurite's connection string.</summary>
    public string StorageConnectionString { get; private set; } = "";

    /// <summary>The broker's connection string.</summary>
    public string ServiceBusConnectionString { get; private set; } = "";

    /// <summary>The broker's address for counts and health.</summary>
    public Uri BrokerAdmin { get; private set; } = new("http://127.0.0.1");

    /// <summary>The folder of the processes' logs.</summary>
    public string LogFolder => _state.Logs;

    /// <summary>Faults with a message for the user when a process of the stack has died too often to be restarted.</summary>
    public Task Exited => _exited.Task;

    /// <summary>Starts all parts and returns once they answer.</summary>
    /// <exception cref="InvalidOperationException">
    /// A part did not start, or another stack runs on the folder; the message says what to do.
    /// </exception>
    public static async Task<LocalStack> StartAsync(LocalStackOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var stack = new LocalStack(options, StateFolder.Open(Path.GetFullPath(options.StateFolder)));
        try
        {
            await stack.StartAsync(cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The scaler first: its trainers still need store and queue to save their work.
        foreach (var part in Enumerable.Reverse(_parts)) await part.DisposeAsync();
        _exited.TrySetResult();
        _events.Dispose();
        await _state.DisposeAsync();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _keys = await StackKeys.EnsureAsync(_state.Path, cancellationToken);
        Key = _keys.FunctionKey;
        await ChoosePortsAsync(cancellationToken);
        await StartAzuriteAsync(cancellationToken);
        await StartBrokerAsync(cancellationToken);
        await StartFunctionsAsync(cancellationToken);
        await _ports.WriteAsync(_state.Path, cancellationToken);
        if (_options.StartTrainers) await StartScalerAsync(cancellationToken);
        var description = new StackDescription(Endpoint, Key, StorageConnectionString, ServiceBusConnectionString, Environment.ProcessId);
        await _state.DescribeAsync(description, cancellationToken);
    }

    private async Task ChoosePortsAsync(CancellationToken cancellationToken)
    {
        var before = await StackPorts.ReadAsync(_state.Path, cancellationToken);
        if (_options.Port is { } asked) before = before.WithFunctions(asked);
        _ports = await before.FreeAsync(_state.WasKilled ? PortTimeout : TimeSpan.Zero, _clock, cancellationToken);
        if (_options.Port is { } port && _ports.Functions != port)
            throw new InvalidOperationException($"Port {port} {StackPorts.Problem(port) ?? "was taken a moment ago"}. Choose another with --port.");
        if (_ports != before) Say($"port {before.Taken(_ports)}, used before, is taken by another program; using a different one");
    }

    private async Task StartAzuriteAsync(CancellationToken cancellationToken)
    {
        var installed = await AzuriteInstaller.EnsureAsync(Say, _clock, cancellationToken);
        var log = Log("azurite.log");
        var account = new AzuriteAccount(Account, _keys.StorageKey);
        var azurite = Add("Azurite", log, () => account.Start(installed, _state.Azurite, _ports.Storage, log, _clock));
        var url = (await azurite.StartAsync(cancellationToken))["url"];
        _ports = _ports with { Storage = new Uri(url).Port };
        StorageConnectionString = account.ConnectionString(url);
    }

    private async Task StartBrokerAsync(CancellationToken cancellationToken)
    {
        var log = Log("broker.log");
        var environment = new Dictionary<string, string> { [BrokerProcess.KeyVariable] = _keys.BrokerKey };
        var broker = Add("the broker", log, () => Part(
            "broker", ["--data", _state.Broker, "--port", Text(_ports.Broker), "--admin-port", Text(_ports.BrokerAdmin)], environment, log));
        var ready = await broker.StartAsync(cancellationToken);
        ServiceBusConnectionString = ready["connectionString"];
        BrokerAdmin = new Uri(ready["adminUrl"]);
        var endpoint = ServiceBusConnectionStringProperties.Parse(ServiceBusConnectionString).Endpoint;
        _ports = _ports with { Broker = endpoint.Port, BrokerAdmin = BrokerAdmin.Port };
    }

    private async Task StartFunctionsAsync(CancellationToken cancellationToken)
    {
        var log = Log("functions.log");
        var functions = Add("the functions host", log, () => Part("functions", [], FunctionSettings(), log));
        Endpoint = new Uri((await functions.StartAsync(cancellationToken))["url"]);
        _ports = _ports with { Functions = Endpoint.Port };
    }

    private Dictionary<string, string> FunctionSettings()
    {
        var settings = new Dictionary<string, string>(Connections())
        {
            ["Host__FunctionKey"] = Key,
            ["Host__Address"] = Loopback,
            ["Host__Port"] = Text(_ports.Functions),
        };

        // Trainers that are started elsewhere may have any amount of memory; only the operator's own setting tells.
        if (_options.StartTrainers && TrainerMemory.Find() is { } memory) settings[TrainerMemory.Setting] = memory;
        return settings;
    }

    private async Task StartScalerAsync(CancellationToken cancellationToken)
    {
        var log = Log("scaler.log");
        var settings = new Dictionary<string, string>(Connections())
        {
            ["Scaler__BrokerAdmin"] = BrokerAdmin.ToString(),
            ["Scaler__BrokerKey"] = _keys.BrokerKey,
            ["Scaler__MaxTrainers"] = Text(_options.MaxTrainers),
            ["Scaler__Logs"] = LogFolder,
            ["Scaler__State"] = _state.Path,

            // On one machine a write is free, and somebody is watching.
            ["Trainer__ReportSeconds"] = "2",
        };
        await Add("the scaler", log, () => Part("scaler", [], settings, log, Say, ScalerStopTimeout)).StartAsync(cancellationToken);
    }

    private Dictionary<string, string> Connections() => new()
    {
        ["Storage__ConnectionString"] = StorageConnectionString,
        ["ServiceBus__ConnectionString"] = ServiceBusConnectionString,
    };

    private StackPart Add(string name, string log, Func<ChildProcess> start)
    {
        var part = new StackPart(name, log, start, Say, _clock);
        _parts.Add(part);
        _ = EndWithAsync(part);
        return part;
    }

    private async Task EndWithAsync(StackPart part) => _exited.TrySetException(new InvalidOperationException(await part.GaveUp));

    private ChildProcess Part(
        string name,
        string[] arguments,
        IReadOnlyDictionary<string, string> environment,
        string log,
        Action<string>? onLine = null,
        TimeSpan? stopTimeout = null) =>
        ChildProcess.Start(
            name,
            DotnetProgram.Host,
            [DotnetProgram.LocalCloud, name, .. arguments, ParentProcess.Option],
            environment,
            log,
            _clock,
            onLine,
            stopTimeout);

    private void Say(string line)
    {
        _events.WriteLine($"{_clock.GetUtcNow():O}  {line}");
        try
        {
            _options.OnEvent?.Invoke(line);
        }
        catch (IOException)
        {
            // The listener's terminal or disk is gone; the stack keeps running.
        }
    }

    private string Log(string file) => Path.Combine(LogFolder, file);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
