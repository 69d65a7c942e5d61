using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NCrontab;

namespace WrnCloud.LocalCloud.FunctionsHost;

/// <summary>Runs the timer functions on their schedules, never two runs of one at once.</summary>
internal sealed partial class TimerTriggers(FunctionCatalog catalog, FunctionInvoker invoker, TimeProvider clock, ILogger<TimerTriggers> logger)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(catalog.Functions.Where(f => f.Timer is not null).Select(f => RunAsync(f, stoppingToken)));

    private async Task RunAsync(FunctionDefinition function, CancellationToken cancellationToken)
    {
        var schedule = CrontabSchedule.Parse(function.Timer!.Schedule, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
        while (!cancellationToken.IsCancellationRequested)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            await Task.Delay(schedule.GetNextOccurrence(now) - now, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested) return;
            try
            {
                await invoker.InvokeAsync(function, new TimerInfo(), new Dictionary<string, string>(), cancellationToken);
            }
#pragma warning disable CA1031 // A failed run must not end the schedule.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (!cancellationToken.IsCancellationRequested) LogFailed(logger, function.Name, e);
            }
        }
    }

    [LoggerMessage(131, LogLevel.Error, "The timer function {Name} failed")]
    private static partial void LogFailed(ILogger logger, string name, Exception exception);
}
