using System.Buffers.Binary;
using System.Globalization;
using Azure.Messaging.ServiceBus;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.MessagingBench.Waiting;

/// <summary>
/// A process that waits for messages as a trainer does (one receive after another, by our adapter) or
/// as the Functions host does (two queues at once, by the SDK's processor), prints how long each was on its way, in milliseconds,
/// and ends with its standard input.
/// </summary>
internal static class WaitingProcess
{
    public const string Command = "wait";
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(string host, string connection, TimeProvider clock)
    {
        using var ended = new CancellationTokenSource();
        var input = Task.Run(async () =>
        {
            while (await Console.In.ReadLineAsync() is not null) continue;
            await ended.CancelAsync();
        });
        if (host == "trainer") await ReceiveAsync(connection, clock, ended.Token);
        else await ProcessAsync(connection, [QueueNames.BatchEvents, QueueNames.TrainingJobsDeadLetters], clock, ended.Token);
        await input;
    }

    private static async Task ReceiveAsync(string connection, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var queues = new ServiceBusJobQueues(connection, clock);
        var queue = queues.Open(QueueNames.TrainingJobs);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await queue.ReceiveAsync(Wait, cancellationToken) is not { } delivery) continue;
                Print(delivery.Body, clock);
                await delivery.CompleteAsync(cancellationToken);
            }
            catch (Exception e) when (e is OperationCanceledException or MessagingException)
            {
                // Called off, or the broker has gone.
            }
        }
    }

    private static async Task ProcessAsync(string connection, string[] paths, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var client = ServiceBusClients.Create(connection, ServiceBusBudget.Job);
        var processors = paths.Select(p => client.CreateProcessor(p, new ServiceBusProcessorOptions { MaxConcurrentCalls = 1 })).ToList();
        foreach (var processor in processors)
        {
            processor.ProcessErrorAsync += _ => Task.CompletedTask;
            processor.ProcessMessageAsync += args =>
            {
                Print(args.Message.Body.ToMemory(), clock);
                return Task.CompletedTask;
            };
            await processor.StartProcessingAsync(CancellationToken.None);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var stopping = Task.WhenAll(processors.Select(p => p.StopProcessingAsync(CancellationToken.None)));
        await stopping.WaitAsync(TimeSpan.FromSeconds(4), clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static void Print(ReadOnlyMemory<byte> body, TimeProvider clock)
    {
        var sent = BinaryPrimitives.ReadInt64LittleEndian(body.Span);
        Console.WriteLine(clock.GetElapsedTime(sent).TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture));
    }
}
