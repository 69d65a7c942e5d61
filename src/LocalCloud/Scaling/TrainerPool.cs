using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Scaling;

/// <summary>The trainer processes under way. A trainer that fails makes the next start wait, twice as long each time.</summary>
internal sealed class TrainerPool(string program, string logFolder, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly List<ChildProcess> _trainers = [];
    private int _started;
    private int _failures;
    private DateTimeOffset _notBefore;

    public int Running => _trainers.Count;

    /// <summary>Forgets the trainers that have ended.</summary>
    public async Task ReapAsync()
    {
        foreach (var trainer in _trainers.Where(t => t.HasExited).ToList())
        {
            _trainers.Remove(trainer);
            var code = await trainer.Exited;
            _failures = code == 0 ? 0 : _failures + 1;
            if (code != 0) _notBefore = clock.GetUtcNow() + Pause(_failures);
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
            var trainer = ChildProcess.Start(name, DotnetProgram.Host, [program, ParentProcess.Option], new Dictionary<string, string>(), log, clock);
            _trainers.Add(trainer);
            Console.Out.WriteLine($"{name} started (process {trainer.Id})");
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_trainers.Select(t => t.DisposeAsync().AsTask()));

    private static TimeSpan Pause(int failures) => TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, failures)));
}
