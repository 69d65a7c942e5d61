using Microsoft.Data.Sqlite;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Broker.Journal;

/// <summary>
/// Writes a queue's changes. The next sequence number is written only when a message leaves: until then the highest stored one implies it.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly SqliteConnection _database;
    private readonly SqliteCommand _add;
    private readonly SqliteCommand _advanceSequence;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _updatePayload;
    private readonly SqliteCommand _remove;
    private readonly SqliteCommand _seeId;
    private readonly SqliteCommand _forgetIds;
    private readonly Dictionary<string, Known> _queues = [];

    public JournalWriter(SqliteConnection database)
    {
        _database = database;
        JournalSchema.Prepare(database);
        _add = Prepare("INSERT INTO entries VALUES($key, $id, $payload, $enqueued, $expires, $count, NULL, NULL, $state, $due)");
        _advanceSequence = Prepare("UPDATE numbers SET next_sequence = max(next_sequence, $next) WHERE number = $number");
        _update = Prepare("UPDATE entries SET delivery_count = $count, lock_token = $token, locked_until = $until, state = $state WHERE key = $key");
        _updatePayload = Prepare("UPDATE entries SET payload = $payload WHERE key = $key");
        _remove = Prepare("DELETE FROM entries WHERE key = $key");
        _seeId = Prepare("INSERT OR REPLACE INTO ids VALUES($number, $at, $id)");
        _forgetIds = Prepare("DELETE FROM ids WHERE number = $number AND at <= $at");
    }

    public void Write(QueueChange change, SqliteTransaction transaction)
    {
        var queue = Find(change.Queue, transaction);
        switch (change)
        {
            case QueueChange.Added(_, var m):
                Run(
                    _add, transaction, ("$key", queue.Key(m.SequenceNumber)), ("$id", m.MessageId),
                    ("$payload", m.Payload.ToArray()), ("$enqueued", m.EnqueuedAt.ToUnixTimeMilliseconds()),
                    ("$expires", m.ExpiresAt?.ToUnixTimeMilliseconds()), ("$count", m.DeliveryCount),
                    ("$state", (int)m.State), ("$due", m.DueAt?.ToUnixTimeMilliseconds()));
                queue.Highest = Math.Max(queue.Highest, m.SequenceNumber);
                break;
            case QueueChange.Updated(_, var m, var payloadToo):
                Run(
                    _update, transaction, ("$key", queue.Key(m.SequenceNumber)), ("$count", m.DeliveryCount),
                    ("$token", m.Lock?.Token.ToByteArray()), ("$until", m.Lock?.Until.ToUnixTimeMilliseconds()), ("$state", (int)m.State));
                if (payloadToo) Run(_updatePayload, transaction, ("$key", queue.Key(m.SequenceNumber)), ("$payload", m.Payload.ToArray()));
                break;
            case QueueChange.Removed(_, var sequence):
                Run(_remove, transaction, ("$key", queue.Key(sequence)));
                queue.Highest = Math.Max(queue.Highest, sequence);
                if (sequence < queue.Next) break;
                queue.Next = queue.Highest + 1;
                Run(_advanceSequence, transaction, ("$number", queue.Number), ("$next", queue.Next));
                break;
            case QueueChange.IdSeen(_, var id, var at):
                Run(_seeId, transaction, ("$number", queue.Number), ("$id", id), ("$at", at.ToUnixTimeMilliseconds()));
                break;
            case QueueChange.IdsForgotten(_, var before):
                Run(_forgetIds, transaction, ("$number", queue.Number), ("$at", before.ToUnixTimeMilliseconds()));
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

    private Known Find(string queue, SqliteTransaction transaction)
    {
        if (!_queues.TryGetValue(queue, out var known)) _queues[queue] = known = new Known(JournalSchema.Number(_database, transaction, queue));
        return known;
    }

    private SqliteCommand Prepare(string text)
    {
        var command = _database.CreateCommand();
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

    /// <summary>State of a queue since the journal was opened.</summary>
    private sealed class Known(long number)
    {
        public long Number => number;

        /// <summary>The highest sequence number that was added or removed.</summary>
        public long Highest { get; set; }

        /// <summary>The next sequence number as last written to the journal; 0 if it never was.</summary>
        public long Next { get; set; }

        public long Key(long sequence) => JournalSchema.Key(number, sequence);
    }
}
