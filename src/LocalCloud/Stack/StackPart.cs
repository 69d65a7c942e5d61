using System.Globalization;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Stack;

/// <summary>One process of the stack, restarted when it dies; the others treat its absence as an outage.</summary>
/// <param name="name">Its name in messages, such as "the broker".</param>
/// <param name="log">Its log file, for messages.</param>
/// <param name="start">Starts it; called again after each crash.</param>
/// <param name="say">Called with a line about each crash and restart.</param>
/// <param name="clock">Times the pauses and the start.</param>
internal sealed class StackPart(string name, string log, Func<ChildProcess> start, Action<string> say, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly RestartPolicy _policy = new(clock);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<string> _gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChildProcess? _current;
    private Task _supervision = Task.CompletedTask;

    /// <summary>Completes with a message when the part has died too often; never otherwise.</summary>
    public Task<string> GaveUp => _gaveUp.Task;

    /// <summary>Starts it, waits until it is ready, and supervises it from then on. Returns the values of its readiness line.</summary>
    /// <exception cref="InvalidOperationException">It did not start; the message names its log.</exception>
    public async Task<IReadOnlyDictionary<string, string>> StartAsync(CancellationToken cancellationToken)
    {
        _current = start();
        var values = await _current.ReadyAsync(StartTimeout, cancellationToken);
        _supervision = SuperviseAsync(_current);
        return values;
    }

    /// <summary>Ends the supervision, then the process.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervision.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_current is not null) await _current.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task SuperviseAsync(ChildProcess first)
    {
        var end = ChildProcess.Describe(await first.Exited.WaitAsync(_stopping.Token));
        while (_policy.Died() is { } pause)
        {
            say(string.Create(CultureInfo.InvariantCulture, $"{name} died ({end}); restarting it in {pause.TotalSeconds} s"));
            await Task.Delay(pause, clock, _stopping.Token);
            end = await LiveAsync();
        }

        _gaveUp.TrySetResult(
            $"The stack can't continue: {name} died {RestartPolicy.MaxDeaths + 1} times within {RestartPolicy.Window.TotalMinutes} minutes, "
            + $"the last time with {end}. Its log says why: {log}");
    }

    // One run of the process, from start to exit; returns how it ended.
    private async Task<string> LiveAsync()
    {
        if (_current is not null) await _current.DisposeAsync();
        _current = null;
        try
        {
            _current = start();
            await _current.ReadyAsync(StartTimeout, _stopping.Token);
            say($"{name} is back");
            return ChildProcess.Describe(await _current.Exited.WaitAsync(_stopping.Token));
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // No such program, no file descriptors, not ready in time, or dead before it was ready.
            return _current is { HasExited: true } ? ChildProcess.Describe(await _current.Exited) : e.Message.TrimEnd('.');
        }
    }
}
