using Microsoft.Extensions.Logging;

namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>Keeps what a host logs, in order, and lets a test wait for a line.</summary>
internal sealed class TestLog : ILoggerProvider, ILogger
{
    private readonly List<string> _lines = [];
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        lock (_lines)
        {
            _lines.Add(line);
            foreach (var (text, seen) in _awaited)
            {
                if (line.Contains(text, StringComparison.Ordinal)) seen.TrySetResult();
            }
        }
    }

    /// <summary>The 0-based place of the first line with this text, or -1.</summary>
    public int IndexOf(string text)
    {
        lock (_lines) return _lines.FindIndex(l => l.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>Completes once a line with this text is there.</summary>
    public Task SeenAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            if (_lines.Any(l => l.Contains(text, StringComparison.Ordinal))) return Task.CompletedTask;
            _awaited.Add((text, seen));
        }

        return seen.Task;
    }

    public void Dispose()
    {
    }
}
