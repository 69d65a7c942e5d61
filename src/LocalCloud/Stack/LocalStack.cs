using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Storage;

namespace WrnCloud.LocalCloud.Stack;

/// <summary>The whole cloud on one machine: Azurite, broker, functions host and scaler as processes that end with this one.</summary>
public sealed class LocalStack : IAsyncDisposable
{
    private const string Account = "wrncloud";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The scaler waits for its trainers, which put their work away.</summary>
    private static readonly TimeSpan ScalerPatience = TimeSpan.FromSeconds(30);

    private readonly List<ChildProcess> _children = [];
    private readonly LocalStackOptions _options;
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FileStream? _stateLock;
    private volatile bool _stopping;

    private LocalStack(LocalStackOptions options) => _options = options;

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

    /// <summary>Where each process writes its log.</summary>
    public string LogFolder => Path.Combine(_options.StateFolder, "logs");

    /// <summary>Ends with a sentence when a process of the stack dies by itself.</summary>
    public Task Exited => _exited.Task;

    /// <summary>Starts everything and returns when it answers.</summary>
    /// <exception cref="InvalidOperationException">A part did not start, or another stack runs on the folder; the sentence says what to do.</exception>
    public static async Task<LocalStack> StartAsync(LocalStackOptions options, CancellationToken cancellationToken)
    {
        var stack = new LocalStack(options with { StateFolder = Path.GetFullPath(options.StateFolder) });
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
        _stopping = true;

        // The scaler first: its trainers still need store and queue to put their work away.
        foreach (var child in Enumerable.Reverse(_children).ToList()) await child.DisposeAsync();
        _exited.TrySetResult();
        if (_stateLock is null) return;
        var description = Path.Combine(_options.StateFolder, StackDescription.FileName);
        if (File.Exists(description)) File.Delete(description);
        await _stateLock.DisposeAsync();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(LogFolder);
        _stateLock = LockState();
        var keys = await StackKeys.EnsureAsync(_options.StateFolder, cancellationToken);
        Key = keys.FunctionKey;
        var azurite = await StartAzuriteAsync(keys, cancellationToken);
        StorageConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={keys.StorageKey};BlobEndpoint={azurite}/{Account};";
        await StartBrokerAsync(keys, cancellationToken);

        var environment = new Dictionary<string, string>
        {
            ["Storage__ConnectionString"] = StorageConnectionString,
            ["ServiceBus__ConnectionString"] = ServiceBusConnectionString,
            ["Host__FunctionKey"] = keys.FunctionKey,
        };
        var functions = Start("functions host", [DotnetProgram.LocalCloud, "functions", ParentProcess.Option], environment, "functions.log");
        Endpoint = new Uri((await functions.ReadyAsync(StartTimeout, cancellationToken))["url"]);
        if (_options.StartTrainers) await StartScalerAsync(environment, cancellationToken);
        await DescribeAsync(cancellationToken);
    }

    private async Task<string> StartAzuriteAsync(StackKeys keys, CancellationToken cancellationToken)
    {
        var installed = await AzuriteInstaller.EnsureAsync(_options.OnEvent, _clock, cancellationToken);
        var child = ChildProcess.Start(
            "Azurite",
            "node",
            [Path.Combine(installed, "azurite.mjs"), Path.Combine(_options.StateFolder, "azurite"), "0"],
            new Dictionary<string, string> { ["AZURITE_ACCOUNTS"] = $"{Account}:{keys.StorageKey}" },
            Path.Combine(LogFolder, "azurite.log"),
            _clock);
        Watch(child);
        return (await child.ReadyAsync(StartTimeout, cancellationToken))["url"];
    }

    private async Task StartBrokerAsync(StackKeys keys, CancellationToken cancellationToken)
    {
        var broker = Start(
            "broker",
            [DotnetProgram.LocalCloud, "broker", "--data", Path.Combine(_options.StateFolder, "broker"), ParentProcess.Option],
            new Dictionary<string, string> { ["WRN_BROKER_KEY"] = keys.BrokerKey },
            "broker.log");
        var ready = await broker.ReadyAsync(StartTimeout, cancellationToken);
        ServiceBusConnectionString = ready["connectionString"];
        BrokerAdmin = new Uri(ready["adminUrl"]);
    }

    private async Task StartScalerAsync(Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>(environment)
        {
            ["Scaler__BrokerAdmin"] = BrokerAdmin.ToString(),
            ["Scaler__MaxTrainers"] = _options.MaxTrainers.ToString(),
            ["Scaler__Logs"] = LogFolder,

            // On one machine a write costs nothing, and somebody is watching.
            ["Trainer__ReportSeconds"] = "2",
        };
        var scaler = Start("scaler", [DotnetProgram.LocalCloud, "scaler", ParentProcess.Option], settings, "scaler.log", _options.OnEvent, ScalerPatience);
        await scaler.ReadyAsync(StartTimeout, cancellationToken);
    }

    private ChildProcess Start(
        string name, string[] arguments, IReadOnlyDictionary<string, string> environment, string log, Action<string>? onLine = null, TimeSpan? patience = null)
    {
        var child = ChildProcess.Start(name, DotnetProgram.Host, arguments, environment, Path.Combine(LogFolder, log), _clock, onLine, patience);
        Watch(child);
        return child;
    }

    private void Watch(ChildProcess child)
    {
        _children.Add(child);
        _ = ObserveAsync(child);
    }

    private async Task ObserveAsync(ChildProcess child)
    {
        var code = await child.Exited;
        if (!_stopping) _exited.TrySetException(new InvalidOperationException($"The {child.Name} ended by itself with exit code {code}; see the logs in {LogFolder}."));
    }

    private FileStream LockState()
    {
        try
        {
            return new FileStream(Path.Combine(_options.StateFolder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException($"Another stack runs on {_options.StateFolder}. Use it, stop it, or choose another folder with --state.", e);
        }
    }

    private Task DescribeAsync(CancellationToken cancellationToken)
    {
        var description = new StackDescription(Endpoint, Key, StorageConnectionString, ServiceBusConnectionString, Environment.ProcessId);
        return PrivateFile.WriteAsync(
            Path.Combine(_options.StateFolder, StackDescription.FileName), JsonSerializer.SerializeToUtf8Bytes(description, WrnJson.Indented), cancellationToken);
    }
}
