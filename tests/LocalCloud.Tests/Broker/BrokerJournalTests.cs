using WrnCloud.LocalCloud.Broker.Journal;
using WrnCloud.LocalCloud.Broker.Queues;

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
        Write(folder, """
            CREATE TABLE messages(
                queue TEXT NOT NULL, sequence INTEGER NOT NULL, message_id TEXT NOT NULL, payload BLOB NOT NULL, enqueued_at INTEGER NOT NULL,
                expires_at INTEGER, delivery_count INTEGER NOT NULL, lock_token BLOB, locked_until INTEGER, PRIMARY KEY(queue, sequence));
            INSERT INTO messages VALUES('jobs', 1, 'old', x'00', 1, NULL, 2, NULL, NULL);
            """);

        using var store = new BrokerStore(folder.Path);
        var queue = Queue();
        store.Load(queue);

        var message = queue.TryLock();
        Assert.Equal(("old", 2, MessageState.Active), (message!.MessageId, message.DeliveryCount, message.State));
    }

    [Fact]
    public void Open_JournalWhoseKeysHadTheQueuesName_KeepsMessagesSequenceAndSeenIds()
    {
        using var folder = new TestFolder();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        Write(folder, $"""
            CREATE TABLE messages(
                queue TEXT NOT NULL, sequence INTEGER NOT NULL, message_id TEXT NOT NULL, payload BLOB NOT NULL, enqueued_at INTEGER NOT NULL,
                expires_at INTEGER, delivery_count INTEGER NOT NULL, lock_token BLOB, locked_until INTEGER,
                state INTEGER NOT NULL DEFAULT 0, due_at INTEGER, PRIMARY KEY(queue, sequence));
            CREATE TABLE queues(name TEXT PRIMARY KEY, next_sequence INTEGER NOT NULL);
            CREATE TABLE seen_ids(queue TEXT NOT NULL, message_id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(queue, message_id));
            INSERT INTO messages VALUES('jobs', 7, 'held', x'01', {now}, NULL, 1, NULL, NULL, {(int)MessageState.Deferred}, NULL);
            INSERT INTO messages VALUES('jobs/$DeadLetterQueue', 3, 'dead', x'02', {now}, NULL, 1, NULL, NULL, 0, NULL);
            INSERT INTO queues VALUES('jobs', 12);
            INSERT INTO seen_ids VALUES('jobs', 'seen', {now});
            """);

        using var store = new BrokerStore(folder.Path);
        var queue = TestQueue.Create(
            new QueueSettings("jobs", TimeSpan.FromMinutes(1), 3, DuplicateWindow: TimeSpan.FromMinutes(5)), TimeProvider.System);
        store.Load(queue);

        Assert.Equal([(7L, "held", MessageState.Deferred)], queue.Peek(0, 10).Select(m => (m.SequenceNumber, m.MessageId, m.State)));
        Assert.Equal([(3L, "dead")], queue.DeadLetters!.Peek(0, 10).Select(m => (m.SequenceNumber, m.MessageId)));
        Assert.Null(queue.Enqueue(new IncomingMessage("seen", new byte[1])));
        Assert.Equal(12, queue.Enqueue(new IncomingMessage("new", new byte[1])));
    }

    [Fact]
    public void Open_NewestMessageWasRemoved_NumbersGoOnBehindIt()
    {
        using var folder = new TestFolder();
        using (var store = new BrokerStore(folder.Path))
        {
            var queue = Queue();
            store.Load(queue);
            for (var i = 0; i < 3; i++) queue.Enqueue(new IncomingMessage($"m{i}", new byte[1]));
            for (var i = 0; i < 3; i++) queue.TryTake();
            store.Append(queue.TakeChanges(), committed: null);
            store.Commit();
        }

        using var again = new BrokerStore(folder.Path);
        var reopened = Queue();
        again.Load(reopened);

        Assert.Equal(4, reopened.Enqueue(new IncomingMessage("next", new byte[1])));
    }

    private static void Write(TestFolder folder, string statements)
    {
        using var old = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder.Path, Database)};Pooling=False");
        old.Open();
        using var command = old.CreateCommand();
#pragma warning disable CA2100 // The texts are this file's own.
        command.CommandText = statements;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
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
