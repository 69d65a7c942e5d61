using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.LocalCloud.FunctionsHost;
using WrnCloud.LocalCloud.Tests.Broker;
using WrnCloud.Messaging;

namespace WrnCloud.LocalCloud.Tests.FunctionsHost;

public sealed class ServiceBusTriggersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Function_ThrowsMessagingException_GetsItsMessageAgainAtOnce()
    {
        // A lock of 30 s: only giving the message back brings it again within the test's patience.
        await using var broker = await BrokerNamespace.StartAsync(TimeSpan.FromSeconds(30));
        var queues = broker.Connect();
        await using var services = new ServiceCollection().AddSingleton<Calls>().BuildServiceProvider();
        using var triggers = new ServiceBusTriggers(
            FunctionCatalog.Discover(Assembly.GetExecutingAssembly()),
            new FunctionInvoker(services),
            queues,
            TimeProvider.System,
            NullLogger<ServiceBusTriggers>.Instance);
        await triggers.StartAsync(Token);
        await queues.Open(broker.Queue).SendAsync(new OutgoingMessage("job.1", "{}"u8.ToArray()), Token);

        var calls = services.GetRequiredService<Calls>();
        Assert.True(await calls.Twice.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Token));
        for (var i = 0; i < 200 && (await broker.Server.CountAsync())[0].Active > 0; i++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);

        Assert.Equal(0, (await broker.Server.CountAsync())[0].Active);
        await triggers.StopAsync(Token);
    }

    /// <summary>Fails on the first delivery for a reason that has nothing to do with its own message.</summary>
    public sealed class Failing(Calls calls)
    {
        [Function("fails-once")]
        public Task RunAsync([ServiceBusTrigger(QueueNames.TrainingJobs)] byte[] body)
        {
            calls.Bodies.Enqueue(body);
            if (calls.Bodies.Count == 1) throw new MessagingException(MessagingFailure.Throttled, "Another queue is full.");
            calls.Twice.TrySetResult(true);
            return Task.CompletedTask;
        }
    }

    public sealed class Calls
    {
        internal ConcurrentQueue<byte[]> Bodies { get; } = new();

        internal TaskCompletionSource<bool> Twice { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
