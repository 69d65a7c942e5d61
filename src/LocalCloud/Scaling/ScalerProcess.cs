using System.Net.Http.Json;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.Messaging;

namespace WrnCloud.LocalCloud.Scaling;

/// <summary>
/// Plays KEDA's event-driven job: once a second asks the broker how many messages are active, locked ones included, and starts that many
/// trainers minus the running ones, at most N. Configured by <c>Scaler__*</c>; everything else in its environment passes to the trainers.
/// </summary>
internal static class ScalerProcess
{
    private static readonly TimeSpan Polling = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var admin = new Uri(Setting("Scaler__BrokerAdmin"));
        var max = int.Parse(Setting("Scaler__MaxTrainers"));
        var logs = Setting("Scaler__Logs");
        using var http = new HttpClient { BaseAddress = admin, Timeout = TimeSpan.FromSeconds(5) };
        string trainer;
        try
        {
            trainer = DotnetProgram.Trainer;
        }
        catch (FileNotFoundException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }

        var pool = new TrainerPool(trainer, logs, clock);
        Readiness.Announce(new Dictionary<string, string>());
        using var timer = new PeriodicTimer(Polling, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await pool.ReapAsync();
                if (await ActiveAsync(http, cancellationToken) is { } active) pool.Start(ToStart(active, pool.Running, max));
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }

        await pool.DisposeAsync();
        return 0;
    }

    /// <summary>KEDA's default strategy with a target of one message for each execution: min(max, active) − running.</summary>
    public static int ToStart(int active, int running, int max) => Math.Max(0, Math.Min(max, active) - running);

    private static async Task<int?> ActiveAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            var queues = await http.GetFromJsonAsync<List<QueueCount>>("queues", cancellationToken);
            return queues?.FirstOrDefault(q => q.Name == QueueNames.TrainingJobs)?.Active;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"Set {name}.");

    private sealed record QueueCount(string Name, int Active);
}
