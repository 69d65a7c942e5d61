using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Tests.Referee;

/// <summary>
/// The unmodified <c>@azure/service-bus</c> in a process of Node's, commanded line by line. Installed from npm by the lock file here, once.
/// </summary>
public sealed class OfficialClient : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _waiting = new();
    private Process? _node;
    private int _commands;

    /// <summary>Why there is none on this machine; null when there is.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        try
        {
            var source = Path.Combine(AppContext.BaseDirectory, "Referee");
            var folder = await NpmInstaller.EnsureAsync(
                "referee", source, ["referee.mjs"], onEvent: null, TimeProvider.System, CancellationToken.None);
            _node = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "referee.mjs")])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
            _node.OutputDataReceived += (_, line) => Take(line.Data);
            _node.BeginOutputReadLine();
        }
        catch (InvalidOperationException e)
        {
            Missing = e.Message;
        }
    }

    /// <summary>Runs an operation and returns its result; throws <see cref="OfficialClientException"/> with the client's own error code.</summary>
    internal async Task<JsonNode?> CallAsync(string operation, object arguments)
    {
        var id = Interlocked.Increment(ref _commands);
        var command = JsonSerializer.SerializeToNode(arguments, Plain)!.AsObject();
        (command["op"], command["id"]) = (operation, id);
        var awaited = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = awaited;
        lock (_waiting) _node!.StandardInput.WriteLine(command.ToJsonString());
        var answer = await awaited.Task.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        return answer["error"] is { } error
            ? throw new OfficialClientException((string)error["code"]!, (string)error["message"]!)
            : answer["result"];
    }

    internal async Task<T> CallAsync<T>(string operation, object arguments) => (await CallAsync(operation, arguments)).Deserialize<T>(Plain)!;

    private void Take(string? line)
    {
        if (line is null)
        {
            foreach (var waiting in _waiting.Values) waiting.TrySetException(new InvalidOperationException("Node has ended."));
            return;
        }

        var answer = JsonNode.Parse(line)!;
        if (_waiting.TryRemove((int)answer["id"]!, out var awaited)) awaited.TrySetResult(answer);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is null) return;
        _node.StandardInput.Close();
        using (_node)
        {
            try
            {
                await _node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
            }
            catch (TimeoutException)
            {
                _node.Kill(entireProcessTree: true);
            }
        }
    }
}
