using Azure.Messaging.ServiceBus;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.MessagingBench.Soak;

/// <summary>The ways in which a receive ends without a message.</summary>
internal static class SoakWays
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    public static Task TimeOutAsync(IJobQueue queue, SoakTally tally, Random random) =>
        ReceiveAsync(queue, TimeSpan.FromMilliseconds(random.Next(50, 400)), tally, CancellationToken.None);

    public static async Task CancelAsync(IJobQueue queue, SoakTally tally, Random random, TimeProvider clock)
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 300)), clock);
        await ReceiveAsync(queue, Long, tally, cancel.Token);
    }

    /// <summary>For as long as connections are cut from outside.</summary>
    public static Task BeCutAsync(IJobQueue queue, SoakTally tally) => ReceiveAsync(queue, TimeSpan.FromSeconds(2), tally, CancellationToken.None);

    public static async Task CloseAsync(string connection, SoakTally tally, Random random, TimeProvider clock)
    {
        var queues = new ServiceBusJobQueues(connection, clock);
        var receiving = ReceiveAsync(queues.Open(QueueNames.TrainingJobs), Long, tally, CancellationToken.None);
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 400)), clock);
        await queues.DisposeAsync();
        await receiving;
    }

    /// <summary>As a functions host that is stopped.</summary>
    public static async Task StopProcessorAsync(ServiceBusClient client, SoakTally tally, Random random, TimeProvider clock)
    {
        var received = 0;
        await using var processor = client.CreateProcessor(QueueNames.TrainingJobs, new ServiceBusProcessorOptions { MaxConcurrentCalls = 1 });
        processor.ProcessErrorAsync += _ =>
        {
            tally.Broke();
            return Task.CompletedTask;
        };
        processor.ProcessMessageAsync += async args =>
        {
            received++;
            tally.Ended(args.Message.MessageId, args.Message.DeliveryCount);
            await args.CompleteMessageAsync(args.Message, CancellationToken.None);
            tally.Done[args.Message.MessageId] = true;
        };
        await processor.StartProcessingAsync(CancellationToken.None);
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 400)), clock);
        await processor.StopProcessingAsync(CancellationToken.None);
        tally.Ended(messageId: null, 0);
    }

    /// <summary>As the SDK itself cancels, for comparison.</summary>
    public static async Task CancelSdkAsync(ServiceBusReceiver receiver, SoakTally tally, Random random, TimeProvider clock)
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 300)), clock);
        try
        {
            var message = await receiver.ReceiveMessageAsync(Long, cancel.Token);
            tally.Ended(message?.MessageId, message?.DeliveryCount ?? 0);
            if (message is null) return;
            await receiver.CompleteMessageAsync(message, CancellationToken.None);
            tally.Done[message.MessageId] = true;
        }
        catch (OperationCanceledException)
        {
            tally.Ended(messageId: null, 0);
        }
    }

    public static async Task ReceiveAsync(IJobQueue queue, TimeSpan wait, SoakTally tally, CancellationToken cancellationToken)
    {
        try
        {
            var delivery = await queue.ReceiveAsync(wait, cancellationToken);
            tally.Ended(delivery?.MessageId, delivery?.DeliveryCount ?? 0);
            if (delivery is not null) await CompleteAsync(delivery, tally);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            tally.Ended(messageId: null, 0);
        }
        catch (Exception e) when (e is MessagingException or OperationCanceledException or ObjectDisposedException)
        {
            tally.Ended(messageId: null, 0);
            tally.Broke();
        }
    }

    private static async Task CompleteAsync(IJobDelivery delivery, SoakTally tally)
    {
        tally.Settling[delivery.MessageId] = true;
        try
        {
            await delivery.CompleteAsync(CancellationToken.None);
            tally.Done[delivery.MessageId] = true;
        }
        catch (Exception e) when (e is MessagingException or ObjectDisposedException)
        {
            // Done or not, as the broker knows: what wasn't comes again.
        }
    }
}
