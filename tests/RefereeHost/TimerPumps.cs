using NCrontab;
using WrnCloud.Hosting;
using WrnCloud.RefereeHost.Rpc;

namespace WrnCloud.RefereeHost;

/// <summary>Runs the timer functions on their schedules, never two runs of one at once.</summary>
internal sealed class TimerPumps(WorkerSupervisor supervisor, IIdSource ids, TimeProvider clock)
{
    public Task RunAsync(IEnumerable<IndexedFunction> functions, CancellationToken cancellationToken) =>
        Task.WhenAll(functions.Where(f => f.Is("timerTrigger")).Select(f => RunAsync(f, cancellationToken)));

    private async Task RunAsync(IndexedFunction function, CancellationToken cancellationToken)
    {
        var schedule = CrontabSchedule.Parse(function.Text("schedule"), new CrontabSchedule.ParseOptions { IncludingSeconds = true });
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var now = clock.GetUtcNow().UtcDateTime;
                await Task.Delay(schedule.GetNextOccurrence(now) - now, clock, cancellationToken);
                var worker = await supervisor.LoadedAsync(cancellationToken);
                var timer = new TypedData { Json = """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}""" };
                await worker.Channel.InvokeAsync(function.Invocation(ids.NewWriteId(), TraceParent.New(), timer), cancellationToken);
            }
            catch (WorkerException e)
            {
                Console.Error.WriteLine($"{function.Name}: {e.Message}");
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
