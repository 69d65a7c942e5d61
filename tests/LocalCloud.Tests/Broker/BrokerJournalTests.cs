using WrnCloud.LocalCloud.Broker;

namespace WrnCloud.LocalCloud.Tests.Broker;

public sealed class BrokerJournalTests
{
    private const int Messages = 20;
    private const string Database = "broker.db";
    private const string Log = "broker.db-wal";

    [Fact]
    public void Open_LogCutOffAnywhere_HoldsABeginningOfWhatWasCommitted()
    {
        using var folder = new TestFolder();
        using var store = new BrokerStore(folder.Path);
        var queue = Queue();
        for (var i = 0; i < Messages; i++)
        {
            queue.Enqueue(new IncomingMessage($"m{i}", new byte[500]));
            store.Append(queue.TakeChanges(), committed: null);
            store.Commit();
        }

        // While it is open, as a killed broker leaves them: closing moves the log into the database.
        var (database, log) = (Read(folder.Path, Database), Read(folder.Path, Log));
        var random = new Random(1);
        var before = -1;
        foreach (var length in Enumerable.Range(0, 60).Select(_ => random.Next(log.Length)).Append(0).Append(log.Length).Order())
        {
            var held = Reopen(database, log[..length]);
            Assert.Equal(Enumerable.Range(0, held.Count).Select(i => $"m{i}"), held);
            Assert.True(held.Count >= before, $"{length} bytes hold {held.Count}, fewer than less did.");
            before = held.Count;
        }

        Assert.Equal(Messages, before);
    }

    [Fact]
    public void Open_JournalFromBeforeMessagesHadAState_HoldsThemAsActive()
    {
        using var folder = new TestFolder();
        using (var old = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder.Path, Database)};Pooling=False"))
        {
            old.Open();
            using var command = old.CreateCommand();
            command.CommandText = """
                CREATE TABLE messages(
                    queue TEXT NOT NULL, sequence INTEGER NOT NULL, message_id TEXT NOT NULL, payload BLOB NOT NULL, enqueued_at INTEGER NOT NULL,
                    expires_at INTEGER, delivery_count INTEGER NOT NULL, lock_token BLOB, locked_until INTEGER, PRIMARY KEY(queue, sequence));
                INSERT INTO messages VALUES('jobs', 1, 'old', x'00', 1, NULL, 2, NULL, NULL);
                """;
            command.ExecuteNonQuery();
        }

        using var store = new BrokerStore(folder.Path);
        var queue = Queue();
        store.Load(queue);

        var message = queue.TryLock();
        Assert.Equal(("old", 2, MessageState.Active), (message!.MessageId, message.DeliveryCount, message.State));
    }

    private static List<string> Reopen(byte[] database, byte[] log)
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, Database), database);
        File.WriteAllBytes(Path.Combine(folder.Path, Log), log);
        using var store = new BrokerStore(folder.Path);
        var queue = Queue();
        store.Load(queue);
        return [.. queue.Peek(0, int.MaxValue).Select(m => m.MessageId)];
    }

    private static byte[] Read(string folder, string name)
    {
        using var file = new FileStream(Path.Combine(folder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static QueueState Queue() => TestQueue.Create(new QueueSettings("jobs", TimeSpan.FromMinutes(1), 3), TimeProvider.System);
}
