using System.Text.Json.Nodes;
using WrnCloud.LocalCloud.Tests.Broker;
using WrnCloud.Messaging;

namespace WrnCloud.LocalCloud.Tests.Referee;

/// <summary>What every test of the broker by the official client starts with: a broker with one queue, and a client of it.</summary>
public abstract class OfficialClientTests(OfficialClient official) : IClassFixture<OfficialClient>, IAsyncLifetime
{
    private protected const int Wait = 60_000;
    private protected const int ShortWait = 300;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected BrokerNamespace Broker { get; private set; } = null!;

    private protected int Client { get; private set; }

    private protected string Connection => Broker.Server.ConnectionString(BrokerNamespace.Root);

    /// <summary>Our adapter on the same queue.</summary>
    private protected IJobQueue Ours => Broker.Connect().Open(Broker.Queue);

    protected virtual TimeSpan LockDuration => TimeSpan.FromSeconds(2);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(official.Missing is not null, official.Missing ?? "");
        Broker = await BrokerNamespace.StartAsync(LockDuration);
        Client = await OpenAsync(Connection);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Broker is null) return;
        await official.CallAsync("close", new { @object = Client });
        await Broker.DisposeAsync();
    }

    private protected Task<JsonNode?> CallAsync(string operation, object arguments) => official.CallAsync(operation, arguments);

    private protected Task<int> OpenAsync(string connection) => official.CallAsync<int>("open", new { connection });

    private protected Task<int> ReceiverAsync(string mode = "peekLock", bool deadLetters = false, int? client = null, string? queue = null) =>
        official.CallAsync<int>("receiver", new { client = client ?? Client, queue = queue ?? Broker.Queue, mode, deadLetters });

    private protected Task SendAsync(params object[] messages) => official.CallAsync("send", new { client = Client, queue = Broker.Queue, messages });

    private protected Task SendAsync(params string[] ids) => SendAsync([.. ids.Select(id => (object)new { messageId = id, body = id })]);

    private protected Task<OfficialMessage[]> ReceiveAsync(int receiver, int count = 1, int wait = Wait) =>
        official.CallAsync<OfficialMessage[]>("receive", new { receiver, count, wait });

    private protected async Task<OfficialMessage> OneAsync(int receiver) => Assert.Single(await ReceiveAsync(receiver));

    private protected Task SettleAsync(
        int receiver, OfficialMessage message, string how, object? properties = null, string? reason = null, string? description = null) =>
        official.CallAsync("settle", new { receiver, message = message.Handle, how, properties, reason, description });

    private protected Task<OfficialMessage[]> PeekAsync(int receiver, int count) =>
        official.CallAsync<OfficialMessage[]>("peek", new { receiver, count });

    private protected Task<OfficialMessage[]> DeferredAsync(int receiver, params string[] sequenceNumbers) =>
        official.CallAsync<OfficialMessage[]>("receiveDeferred", new { receiver, sequenceNumbers });

    private protected Task<string[]> ScheduleAsync(DateTimeOffset at, params string[] ids) => official.CallAsync<string[]>(
        "schedule",
        new
        {
            client = Client,
            queue = Broker.Queue,
            messages = ids.Select(id => new { messageId = id, body = id }),
            at = at.ToUnixTimeMilliseconds(),
        });

    private protected static async Task FailsAsync(string code, Func<Task> call) =>
        Assert.StartsWith(code + ": ", (await Assert.ThrowsAsync<OfficialClientException>(call)).Message, StringComparison.Ordinal);
}
