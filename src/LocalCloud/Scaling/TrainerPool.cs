using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Scaling;

/// <summary>
/// The running trainer processes, those of an earlier scaler included. A trainer that fails delays the next start, twice as long each time; one
/// that hangs after losing its job is killed.
/// </summary>
/// <param name="program">The trainer's assembly.</param>
/// <param name="logFolder">The folder for the trainers' logs.</param>
/// <param name="longestIdle">Time without a job after which a trainer counts as hung.</param>
/// <param name="register">Keeps the processes' ids for the next scaler.</param>
/// <param name="clock">Measures pauses.</param>
internal sealed class TrainerPool(string program, string logFolder, TimeSpan longestIdle, TrainerRegister register, TimeProvider clock)
    : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(5);

    /// <summary>Long enough to save a checkpoint; the scaler's own timeout is longer.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(25);

    private readonly List<RunningTrainer> _trainers = [];
    private readonly TrainerLogs _logs = new(logFolder);
    private int _failures;
    private DateTimeOffset _notBefore;

    public int Running => _trainers.Count + register.Left;

    /// <summary>Removes the trainers that have exited.</summary>
    public async Task ReapAsync()
    {
        foreach (var id in register.Reap()) Say($"process {id}, a trainer of an earlier scaler, did not exit and was killed");
        var ended = _trainers.Where(t => t.Process.HasExited).ToList();
        foreach (var trainer in ended)
        {
            _trainers.Remove(trainer);
            var code = await trainer.Process.Exited;
            if (!trainer.WasEnded)
            {
                _failures = code == 0 ? 0 : _failures + 1;
                var notBefore = clock.GetUtcNow() + Pause(code, trainer.HadJob, _failures);
                if (notBefore > _notBefore) _notBefore = notBefore;
            }

            Say($"{trainer.Name} ended with {ChildProcess.Describe(code)}");
            await trainer.Process.DisposeAsync();
        }

        if (ended.Count > 0) await NoteAsync();
    }

    /// <summary>Kills the trainers that hang after losing their jobs. While the store does not answer, none is killed.</summary>
    public async Task EndHungAsync(JobStore jobs, CancellationToken cancellationToken)
    {
        foreach (var trainer in _trainers.Where(t => !t.WasEnded && !t.Process.HasExited))
        {
            var why = trainer.Held is { } held
                ? trainer.EndWhenLost(held, await jobs.ReadAsync(held.JobId, cancellationToken))
                : trainer.EndWhenIdle(longestIdle);
            if (why is not null) Say($"{trainer.Name} hangs: {why}; killing it");
        }
    }

    /// <summary>Starts trainers.</summary>
    public async Task StartAsync(int count)
    {
        if (count == 0 || clock.GetUtcNow() < _notBefore) return;
        try
        {
            for (var i = 0; i < count; i++) StartOne();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // No memory, no file descriptors or no space for the log: these may be temporary.
            _failures++;
            _notBefore = clock.GetUtcNow() + Pause(1, hadJob: false, _failures);
            Say($"no trainer could be started: {e.Message}");
        }

        await NoteAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_trainers.Select(t => t.Process.DisposeAsync().AsTask()));
        _trainers.Clear();
        await NoteAsync();
    }

    /// <summary>
    /// How long to wait before the next start after a trainer has exited. One that exited cleanly without a job found nothing to do: the message
    /// that counts is still locked by a trainer that died.
    /// </summary>
    internal static TimeSpan Pause(int exitCode, bool hadJob, int failures)
    {
        if (exitCode != 0) return TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, failures)));
        return hadJob ? TimeSpan.Zero : IdlePause;
    }

    private void StartOne()
    {
        var (number, log) = _logs.Next();
        var trainer = new RunningTrainer($"trainer {number}", clock);
        trainer.Process = ChildProcess.Start(
            trainer.Name,
            DotnetProgram.Host,
            [program, ParentProcess.Option],
            new Dictionary<string, string>(),
            log,
            clock,
            trainer.Hear,
            StopTimeout);
        _trainers.Add(trainer);
        Say($"{trainer.Name} started (process {trainer.Process.Id})");
    }

    private static void Say(string line) => Console.Out.WriteLine(line);

    private async Task NoteAsync()
    {
        try
        {
            await register.WriteAsync(_trainers.Select(t => t.Process.Id), CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The trainers' process ids could not be saved: {e.Message}");
        }
    }
}
