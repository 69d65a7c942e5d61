using System.Globalization;
using System.Text.Json;
using Azure;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.Messaging;
using WrnCloud.Storage;

namespace WrnCloud.LocalCloud.Scaling;

/// <summary>
/// Stands in for KEDA's event-driven job: once a second it asks the broker how many messages are active, locked ones included, and starts that
/// many trainers less the running ones, N at most. Configured by <c>Scaler__*</c>; the trainers inherit the rest of its environment.
/// </summary>
internal static class ScalerProcess
{
    private static readonly TimeSpan Polling = TimeSpan.FromSeconds(1);

    /// <summary>How often the records of the running trainers' jobs are read.</summary>
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(5);

    /// <summary>Longest time that reading the records may delay the scaler's polling.</summary>
    private static readonly TimeSpan WatchLimit = TimeSpan.FromSeconds(3);

    /// <summary>The trainer's own default for <c>Trainer__ReceiveWaitSeconds</c>.</summary>
    private static readonly TimeSpan DefaultReceiveWait = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var max = int.Parse(Setting("Scaler__MaxTrainers"), CultureInfo.InvariantCulture);
        using var broker = new BrokerAdminClient(new Uri(Setting("Scaler__BrokerAdmin")), Setting("Scaler__BrokerKey"), clock);
        var storage = new StorageOptions { ConnectionString = Setting("Storage__ConnectionString") }.CreateClient(clock);
        var ids = new RandomIdSource();
        var jobs = new JobStore(new BlobStore(storage, ids), ids);
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

        var register = new TrainerRegister(Setting("Scaler__State"), clock);
        await register.OpenAsync(cancellationToken);
        await using var pool = new TrainerPool(trainer, Setting("Scaler__Logs"), MessagingLimits.MaxLockDuration + ReceiveWait(), register, clock);
        Readiness.Announce(new Dictionary<string, string>());
        using var timer = new PeriodicTimer(Polling, clock);
        var watchedAt = clock.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await pool.ReapAsync();
                if (await ActiveAsync(broker, cancellationToken) is { } active) await pool.StartAsync(ToStart(active, pool.Running, max));
                if (clock.GetElapsedTime(watchedAt) < WatchEvery) continue;
                await EndHungAsync(pool, jobs, clock, cancellationToken);
                watchedAt = clock.GetTimestamp();
            }
        }
        catch (OperationCanceledException)
        {
            // Shutdown was requested.
        }

        return 0;
    }

    /// <summary>KEDA's default strategy with a target of one message for each execution: min(max, active) − running.</summary>
    public static int ToStart(int active, int running, int max) => Math.Max(0, Math.Min(max, active) - running);

    private static async Task<int?> ActiveAsync(BrokerAdminClient broker, CancellationToken cancellationToken)
    {
        try
        {
            return (await broker.CountAsync(cancellationToken)).FirstOrDefault(q => q.Name == QueueNames.TrainingJobs)?.Active;
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

    private static async Task EndHungAsync(TrainerPool pool, JobStore jobs, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(WatchLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await pool.EndHungAsync(jobs, either.Token);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or JsonException or OperationCanceledException)
        {
            // The store can't be reached, or a record can't be read: without its state no trainer is killed.
        }
    }

    private static TimeSpan ReceiveWait() =>
        double.TryParse(Environment.GetEnvironmentVariable("Trainer__ReceiveWaitSeconds"), CultureInfo.InvariantCulture, out var seconds)
            && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : DefaultReceiveWait;

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"Set {name}.");
}
