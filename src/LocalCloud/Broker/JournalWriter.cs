using Microsoft.Data.Sqlite;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>The journal's schema and its prepared statements.</summary>
internal sealed class JournalWriter : IDisposable
{
    private const string Schema = """
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS messages(
            queue TEXT NOT NULL, sequence INTEGER NOT NULL, message_id TEXT NOT NULL, payload BLOB NOT NULL, enqueued_at INTEGER NOT NULL,
            expires_at INTEGER, delivery_count INTEGER NOT NULL, lock_token BLOB, locked_until INTEGER,
            state INTEGER NOT NULL DEFAULT 0, due_at INTEGER, PRIMARY KEY(queue, sequence));
        CREATE TABLE IF NOT EXISTS queues(name TEXT PRIMARY KEY, next_sequence INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS seen_ids(queue TEXT NOT NULL, message_id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(queue, message_id));
        """;

    // Journals from before messages had a state lack its columns, and hold active messages only.
    private const string HasState = "SELECT count(*) FROM pragma_table_info('messages') WHERE name = 'state'";
    private const string AddState = "ALTER TABLE messages ADD COLUMN state INTEGER NOT NULL DEFAULT 0; ALTER TABLE messages ADD COLUMN due_at INTEGER";

    private readonly SqliteCommand _add;
    private readonly SqliteCommand _advanceSequence;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _updatePayload;
    private readonly SqliteCommand _remove;
    private readonly SqliteCommand _seeId;
    private readonly SqliteCommand _forgetIds;

    public JournalWriter(SqliteConnection database)
    {
        using (var schema = database.CreateCommand())
        {
            schema.CommandText = Schema;
            schema.ExecuteNonQuery();
            schema.CommandText = HasState;
            if (schema.ExecuteScalar() is 0L)
            {
                schema.CommandText = AddState;
                schema.ExecuteNonQuery();
            }
        }

        _add = Prepare(database, "INSERT INTO messages VALUES($queue, $sequence, $id, $payload, $enqueued, $expires, $count, NULL, NULL, $state, $due)");
        _advanceSequence = Prepare(
            database,
            "INSERT INTO queues VALUES($queue, $next) ON CONFLICT(name) DO UPDATE SET next_sequence = max(next_sequence, excluded.next_sequence)");
        _update = Prepare(
            database,
            "UPDATE messages SET delivery_count = $count, lock_token = $token, locked_until = $until, state = $state WHERE queue = $queue AND sequence = $sequence");
        _updatePayload = Prepare(database, "UPDATE messages SET payload = $payload WHERE queue = $queue AND sequence = $sequence");
        _remove = Prepare(database, "DELETE FROM messages WHERE queue = $queue AND sequence = $sequence");
        _seeId = Prepare(database, "INSERT OR REPLACE INTO seen_ids VALUES($queue, $id, $at)");
        _forgetIds = Prepare(database, "DELETE FROM seen_ids WHERE queue = $queue AND at <= $at");
    }

    public void Write(QueueChange change, SqliteTransaction transaction)
    {
        switch (change)
        {
            case QueueChange.Added(var queue, var m):
                Run(
                    _add, transaction, ("$queue", queue), ("$sequence", m.SequenceNumber), ("$id", m.MessageId),
                    ("$payload", m.Payload.ToArray()), ("$enqueued", m.EnqueuedAt.ToUnixTimeMilliseconds()),
                    ("$expires", m.ExpiresAt?.ToUnixTimeMilliseconds()), ("$count", m.DeliveryCount),
                    ("$state", (int)m.State), ("$due", m.DueAt?.ToUnixTimeMilliseconds()));
                Run(_advanceSequence, transaction, ("$queue", queue), ("$next", m.SequenceNumber + 1));
                break;
            case QueueChange.Updated(var queue, var m, var payloadToo):
                Run(
                    _update, transaction, ("$queue", queue), ("$sequence", m.SequenceNumber), ("$count", m.DeliveryCount),
                    ("$token", m.Lock?.Token.ToByteArray()), ("$until", m.Lock?.Until.ToUnixTimeMilliseconds()), ("$state", (int)m.State));
                if (payloadToo)
                {
                    Run(
                        _updatePayload, transaction, ("$queue", queue), ("$sequence", m.SequenceNumber), ("$payload", m.Payload.ToArray()));
                }

                break;
            case QueueChange.Removed(var queue, var sequence):
                Run(_remove, transaction, ("$queue", queue), ("$sequence", sequence));
                break;
            case QueueChange.IdSeen(var queue, var id, var at):
                Run(_seeId, transaction, ("$queue", queue), ("$id", id), ("$at", at.ToUnixTimeMilliseconds()));
                break;
            case QueueChange.IdsForgotten(var queue, var before):
                Run(_forgetIds, transaction, ("$queue", queue), ("$at", before.ToUnixTimeMilliseconds()));
                break;
        }
    }

    public void Dispose()
    {
        foreach (var command in (ReadOnlySpan<SqliteCommand>)[_add, _advanceSequence, _update, _updatePayload, _remove, _seeId, _forgetIds])
        {
            command.Dispose();
        }
    }

    private static SqliteCommand Prepare(SqliteConnection database, string text)
    {
        var command = database.CreateCommand();
#pragma warning disable CA2100 // The texts are the constants above.
        command.CommandText = text;
#pragma warning restore CA2100
        return command;
    }

    private static void Run(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        command.Transaction = transaction;
        foreach (var (name, value) in values)
        {
            if (command.Parameters.Contains(name))
            {
                command.Parameters[name].Value = value ?? DBNull.Value;
            }
            else
            {
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            }
        }

        command.ExecuteNonQuery();
    }
}
