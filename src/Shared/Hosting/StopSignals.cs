using System.Runtime.InteropServices;

namespace WrnCloud.Hosting;

/// <summary>
/// A token for requests to stop: SIGTERM, SIGINT (Ctrl-C), SIGHUP (closed terminal) and, with <see cref="ParentProcess.Option"/>,
/// the end of standard input. Ctrl-C and a closed terminal reach every process of a terminal at once, so that a process with a parent leaves
/// those two to it: the parent stops its parts in order, those that others still need last.
/// </summary>
public sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly bool _hasParent;

    private StopSignals(IReadOnlyCollection<string> args)
    {
        _hasParent = args.Contains(ParentProcess.Option);
        PosixSignal[] signals = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP];
        _registrations = [.. signals.Select(s => PosixSignalRegistration.Create(s, Stop))];
        Token = ParentProcess.EndsWith(args, _stopping.Token);
    }

    /// <summary>Cancelled when the process is asked to stop.</summary>
    public CancellationToken Token { get; }

    /// <summary>Starts listening; <paramref name="args"/> is the command line.</summary>
    public static StopSignals Listen(IReadOnlyCollection<string> args) => new(args);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stopping.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_hasParent && context.Signal != PosixSignal.SIGTERM) return;
        _stopping.Cancel();
    }
}
