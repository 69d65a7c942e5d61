using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Scaling;

/// <summary>The trainer processes under way. A trainer that fails makes the next start wait, twice as long each time.</summary>
internal sealed class TrainerPool(string program, string logFolder, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(5);

    /// <summary>Enough to put a checkpoint away; the scaler's own patience is longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly List<(ChildProcess Process, long StartedAt)> _trainers = [];
    private int _started;
    private int _failures;
    private DateTimeOffset _notBefore;

    public int Running => _trainers.Count;

    /// <summary>Forgets the trainers that have ended.</summary>
    public async Task ReapAsync()
    {
        foreach (var entry in _trainers.Where(t => t.Process.HasExited).ToList())
        {
            _trainers.Remove(entry);
            var trainer = entry.Process;
            var code = await trainer.Exited;
            _failures = code == 0 ? 0 : _failures + 1;
            var notBefore = clock.GetUtcNow() + Pause(code, clock.GetElapsedTime(entry.StartedAt), _failures);
            if (notBefore > _notBefore) _notBefore = notBefore;
            Console.Out.WriteLine($"{trainer.Name} ended with exit code {code}");
            await trainer.DisposeAsync();
        }
    }

    /// <summary>Starts trainers.</summary>
    public void Start(int count)
    {
        if (clock.GetUtcNow() < _notBefore) return;
        for (var i = 0; i < count; i++)
        {
            var name = $"trainer {++_started}";
            var log = Path.Combine(logFolder, $"trainer-{_started}.log");
            var trainer = ChildProcess.Start(name, DotnetProgram.Host, [program, ParentProcess.Option], new Dictionary<string, string>(), log, clock, patience: Patience);
            _trainers.Add((trainer, clock.GetTimestamp()));
            Console.Out.WriteLine($"{name} started (process {trainer.Id})");
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_trainers.Select(t => t.Process.DisposeAsync().AsTask()));

    /// <summary>
    /// How long no trainer starts after one has ended. One that ended well after a short life found nothing to do: the message that counts is
    /// locked, by a trainer that died, until its lock ends.
    /// </summary>
    internal static TimeSpan Pause(int exitCode, TimeSpan lived, int failures)
    {
        if (exitCode != 0) return TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, failures)));
        return lived < ShortLife ? IdlePause : TimeSpan.Zero;
    }
}
