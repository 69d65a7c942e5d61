using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Scaling;

/// <summary>
/// The trainer processes under way, those of an earlier scaler included. A trainer that fails makes the next start wait, twice as long each
/// time; one that hangs after its job was taken from it is ended.
/// </summary>
/// <param name="program">The trainer's assembly.</param>
/// <param name="logFolder">Where the trainers' logs lie.</param>
/// <param name="longestIdle">How long a trainer may hold no job before it is taken for hung.</param>
/// <param name="register">Keeps the processes' ids for the next scaler.</param>
/// <param name="clock">Measures pauses.</param>
internal sealed class TrainerPool(string program, string logFolder, TimeSpan longestIdle, TrainerRegister register, TimeProvider clock)
    : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(5);

    /// <summary>Enough to put a checkpoint away; the scaler's own patience is longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly List<RunningTrainer> _trainers = [];
    private readonly TrainerLogs _logs = new(logFolder);
    private int _failures;
    private DateTimeOffset _notBefore;

    public int Running => _trainers.Count + register.Left;

    /// <summary>Forgets the trainers that have ended.</summary>
    public async Task ReapAsync()
    {
        foreach (var id in register.Reap()) Say($"process {id}, a trainer of an earlier scaler, did not end and was ended");
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

    /// <summary>Ends the trainers that hang while their jobs have gone on without them. A store that does not answer ends nobody.</summary>
    public async Task EndHungAsync(JobStore jobs, CancellationToken cancellationToken)
    {
        foreach (var trainer in _trainers.Where(t => !t.WasEnded && !t.Process.HasExited))
        {
            var why = trainer.Held is { } held
                ? trainer.EndWhenLost(held, await jobs.ReadAsync(held.JobId, cancellationToken))
                : trainer.EndWhenIdle(longestIdle);
            if (why is not null) Say($"{trainer.Name} hangs: {why}; ending it");
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
            // No memory, no file descriptors, no room for the log: that may pass.
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
    /// How long no trainer starts after one has ended. One that ended well without a job found nothing to do: the message that counts is locked, by
    /// a trainer that died, until its lock ends.
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
            trainer.Name, DotnetProgram.Host, [program, ParentProcess.Option], new Dictionary<string, string>(), log, clock, trainer.Hear, Patience);
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
            await Console.Error.WriteLineAsync($"The trainers' ids could not be noted: {e.Message}");
        }
    }
}
