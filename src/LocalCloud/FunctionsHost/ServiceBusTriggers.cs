using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WrnCloud.Messaging;

namespace WrnCloud.LocalCloud.FunctionsHost;

/// <summary>
/// Runs the Service Bus functions: one message at a time for each (maxConcurrentCalls 1), the lock renewed while the function runs,
/// completed when it returns, abandoned when it throws.
/// </summary>
internal sealed partial class ServiceBusTriggers(
    FunctionCatalog catalog, FunctionInvoker invoker, IJobQueues queues, TimeProvider clock, ILogger<ServiceBusTriggers> logger) : BackgroundService
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(catalog.Functions.Where(f => f.ServiceBus is not null).Select(f => PumpAsync(f, stoppingToken)));

    private async Task PumpAsync(FunctionDefinition function, CancellationToken cancellationToken)
    {
        await using var queue = queues.Open(function.ServiceBus!.QueueName);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await queue.ReceiveAsync(Wait, cancellationToken) is { } delivery) await HandleAsync(function, delivery, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (MessagingException e)
            {
                LogBroker(logger, function.Name, e);
                await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task HandleAsync(FunctionDefinition function, IJobDelivery delivery, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var renewal = RenewAsync(delivery, ended.Token);
        try
        {
            if (await SucceedsAsync(function, delivery, cancellationToken)) await delivery.CompleteAsync(cancellationToken);
            else await delivery.AbandonAsync(CancellationToken.None);
        }
        finally
        {
            await ended.CancelAsync();
            await renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> SucceedsAsync(FunctionDefinition function, IJobDelivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            await invoker.InvokeAsync(function, delivery.Body.ToArray(), new Dictionary<string, string>(), cancellationToken);
            return true;
        }
#pragma warning disable CA1031 // As the real host: whatever a function throws gives the message back.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(logger, function.Name, delivery.MessageId, delivery.DeliveryCount, e);
            return false;
        }
    }

    private async Task RenewAsync(IJobDelivery delivery, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(RenewEvery, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await delivery.RenewAsync(cancellationToken);
            }
            catch (MessagingException e) when (e.Failure != MessagingFailure.LockLost)
            {
                // The lock outlasts several renewals, so that the next one may still be in time.
                LogRenewal(logger, delivery.MessageId, e);
            }
        }
    }

    [LoggerMessage(62, LogLevel.Error, "The function {Name} failed on message {MessageId}, delivery {DeliveryCount}")]
    private static partial void LogFailed(ILogger logger, string name, string messageId, int deliveryCount, Exception exception);

    [LoggerMessage(63, LogLevel.Warning, "The function {Name} can't receive; trying again")]
    private static partial void LogBroker(ILogger logger, string name, Exception exception);

    [LoggerMessage(64, LogLevel.Warning, "The lock of message {MessageId} could not be renewed; trying again")]
    private static partial void LogRenewal(ILogger logger, string messageId, Exception exception);
}
