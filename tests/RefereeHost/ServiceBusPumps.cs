using System.Globalization;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Google.Protobuf;
using WrnCloud.Hosting;
using WrnCloud.RefereeHost.Rpc;

namespace WrnCloud.RefereeHost;

/// <summary>Runs the Service Bus functions by host.json's values: completes a message when its function succeeded, abandons it otherwise.</summary>
internal sealed class ServiceBusPumps(WorkerSupervisor supervisor, Func<string, string> connectionOf, JsonElement settings, IIdSource ids)
    : IAsyncDisposable
{
    private readonly List<ServiceBusProcessor> _processors = [];
    private readonly List<ServiceBusClient> _clients = [];

    public async Task StartAsync(IEnumerable<IndexedFunction> functions, CancellationToken cancellationToken)
    {
        foreach (var function in functions.Where(f => f.Is("serviceBusTrigger")))
        {
            var client = new ServiceBusClient(connectionOf(function.Text("connection")));
            _clients.Add(client);
            var processor = client.CreateProcessor(function.Text("queueName"), new ServiceBusProcessorOptions
            {
                AutoCompleteMessages = settings.GetProperty("autoCompleteMessages").GetBoolean(),
                MaxConcurrentCalls = settings.GetProperty("maxConcurrentCalls").GetInt32(),
                MaxAutoLockRenewalDuration = TimeSpan.Parse(
                    settings.GetProperty("maxAutoLockRenewalDuration").GetString()!, CultureInfo.InvariantCulture),
                PrefetchCount = settings.GetProperty("prefetchCount").GetInt32(),
            });
            _processors.Add(processor);
            processor.ProcessMessageAsync += message => InvokeAsync(function, message);
            processor.ProcessErrorAsync += error =>
            {
                Console.Error.WriteLine($"{function.Name}: {error.Exception.Message}");
                return Task.CompletedTask;
            };
            await processor.StartProcessingAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var processor in _processors) await processor.DisposeAsync();
        foreach (var client in _clients) await client.DisposeAsync();
    }

    private async Task InvokeAsync(IndexedFunction function, ProcessMessageEventArgs delivery)
    {
        var worker = await supervisor.LoadedAsync(delivery.CancellationToken);
        var message = delivery.Message;
        var parent = message.ApplicationProperties.TryGetValue("traceparent", out var given) ? $"{given}" : TraceParent.New();
        var value = new TypedData { Bytes = UnsafeByteOperations.UnsafeWrap(message.Body.ToMemory()) };
        var invocation = function.Invocation(ids.NewWriteId(), parent, value);
        invocation.TriggerMetadata["MessageId"] = new TypedData { String = message.MessageId };
        invocation.TriggerMetadata["DeliveryCount"] = new TypedData { Json = message.DeliveryCount.ToString(CultureInfo.InvariantCulture) };
        await worker.Channel.InvokeAsync(invocation, delivery.CancellationToken);
    }
}
