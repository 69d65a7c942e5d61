using System.Collections.Concurrent;
using System.Net;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.LocalCloud.Broker.Queues;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.LocalCloud.Tests.Broker;

public sealed class BrokerProcessTests : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Process_Started_ServesQueuesAndAdminAndEndsWithItsParent()
    {
        await using var broker = await BrokerChild.StartAsync(_folder.Path);
        await using var queues = Connect(broker);
        await queues.Open(QueueNames.TrainingJobs).SendAsync(Message("job.1"), Token);
        using var http = new HttpClient { BaseAddress = broker.Admin };
        using var counting = new BrokerAdminClient(broker.Admin, BrokerChild.Key, TimeProvider.System);

        Assert.True((await http.GetAsync("/health", Token)).IsSuccessStatusCode);
        var counts = await counting.CountAsync(Token);

        Assert.Equal([new QueueCount(QueueNames.TrainingJobs, 1, 0, 0), new QueueCount(QueueNames.BatchEvents, 0, 0, 0)], counts);
        Assert.Equal(0, await broker.CloseInputAsync());
    }

    [Fact]
    public async Task Counts_WithoutTheBrokersKey_AreRefused()
    {
        await using var broker = await BrokerChild.StartAsync(_folder.Path);
        using var http = new HttpClient { BaseAddress = broker.Admin };
        using var stranger = new BrokerAdminClient(broker.Admin, "another-key", TimeProvider.System);

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/queues", Token)).StatusCode);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => stranger.CountAsync(Token));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task SignalOfTheTerminal_ToAPartWithAParent_IsLeftToTheParent(string signal)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Sends signals with kill.");
        await using var broker = await BrokerChild.StartAsync(_folder.Path);
        using var http = new HttpClient { BaseAddress = broker.Admin };

        for (var i = 0; i < 2; i++)
        {
            using var kill = System.Diagnostics.Process.Start("kill", ["-s", signal, $"{broker.Id}"]);
            await kill.WaitForExitAsync(Token);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Token);
        }

        Assert.True((await http.GetAsync("/health", Token)).IsSuccessStatusCode);
        Assert.Equal(0, await broker.CloseInputAsync());
    }

    [Theory]
    [InlineData(null, "--data", "somewhere")]
    [InlineData("key", "--config", "nowhere.json", "--data", "somewhere")]
    [InlineData("key", "--data", "somewhere", "--port", "65536")]
    [InlineData("key", "--data", "somewhere", "--port")]
    [InlineData("key", "--data", "somewhere", "--admin-port", "-1")]
    [InlineData("key", "--dada", "somewhere")]
    [InlineData("key")]
    public async Task Process_Misused_ExitsWithUsageAndPrintsNothing(string? key, params string[] args)
    {
        using var process = BrokerChild.Start(key, args);

        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        Assert.Equal(2, process.ExitCode);
        Assert.Empty(output);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Process_SecondOnTheSameData_Refuses()
    {
        await using var first = await BrokerChild.StartAsync(_folder.Path);
        using var second = BrokerChild.Start(BrokerChild.Key, "--data", _folder.Path);

        var output = await second.StandardOutput.ReadToEndAsync(Token);
        await second.WaitForExitAsync(Token);

        Assert.Equal(1, second.ExitCode);
        Assert.Empty(output);
    }

    [Fact]
    public async Task Start_WhileAnEarlierBrokerStillEnds_WaitsForTheData()
    {
        await using var first = await BrokerChild.StartAsync(_folder.Path);
        var second = BrokerChild.StartAsync(_folder.Path);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Token);
        await first.KillAsync();

        await using var started = await second;
        Assert.NotEmpty(started.ConnectionString);
    }

    [Fact]
    public async Task Kill_InTheMiddleOfSendsAndCompletes_LosesNothingAcknowledgedAndRevivesNothingCompleted()
    {
        var sent = new ConcurrentBag<string>();
        var settling = new ConcurrentDictionary<string, bool>();
        for (var round = 0; round < 3; round++)
        {
            await using var broker = await BrokerChild.StartAsync(_folder.Path);
            await using var queues = Connect(broker);
            var work = Enumerable.Range(0, 4).Select(i => SendUntilCutAsync(queues, $"{round}.{i}", sent))
                .Append(CompleteUntilCutAsync(queues, settling))
                .ToArray();
            await UntilAsync(() => sent.Count > (round + 1) * 200 && settling.Count(s => s.Value) > (round + 1) * 10);

            await broker.KillAsync();
            await Task.WhenAll(work);
        }

        await using var last = await BrokerChild.StartAsync(_folder.Path);
        await using var after = Connect(last);
        var there = (await after.Open(QueueNames.TrainingJobs).PeekAsync(0, int.MaxValue, Token)).Select(m => m.MessageId).ToHashSet();

        // A completion without an answer may have happened or not; everything else is certain.
        Assert.DoesNotContain(sent, id => !there.Contains(id) && !settling.ContainsKey(id));
        Assert.DoesNotContain(settling, s => s.Value && there.Contains(s.Key));
        Assert.True(there.Count > 100);
    }

    private static OutgoingMessage Message(string id) => new(id, "{}"u8.ToArray());

    private static ServiceBusJobQueues Connect(BrokerChild broker) => new(broker.ConnectionString, TimeProvider.System, BrokerNamespace.OneTry);

    private static async Task SendUntilCutAsync(ServiceBusJobQueues queues, string prefix, ConcurrentBag<string> sent)
    {
        try
        {
            var queue = queues.Open(QueueNames.TrainingJobs);
            for (var i = 0; ; i++)
            {
                await queue.SendAsync(Message($"{prefix}.{i}"), Token);
                sent.Add($"{prefix}.{i}");
            }
        }
        catch (MessagingException e) when (e.Failure == MessagingFailure.ConnectionBroken)
        {
            // Killed.
        }
    }

    private static async Task CompleteUntilCutAsync(ServiceBusJobQueues queues, ConcurrentDictionary<string, bool> settling)
    {
        try
        {
            var queue = queues.Open(QueueNames.TrainingJobs);
            while (true)
            {
                if (await queue.ReceiveAsync(Wait, Token) is { } delivery)
                {
                    settling[delivery.MessageId] = false;
                    await delivery.CompleteAsync(Token);
                    settling[delivery.MessageId] = true;
                }
            }
        }
        catch (MessagingException e) when (e.Failure == MessagingFailure.ConnectionBroken)
        {
            // Killed.
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }

        Assert.True(condition());
    }
}
