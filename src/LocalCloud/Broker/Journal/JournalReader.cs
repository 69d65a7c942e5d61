using Microsoft.Data.Sqlite;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Broker.Journal;

/// <summary>Reads a queue back from the journal.</summary>
internal static class JournalReader
{
    public static void Load(SqliteConnection database, QueueState queue)
    {
        var number = JournalSchema.Number(database, transaction: null, queue.Path);
        var messages = Messages(database, number);
        var highest = messages.Count > 0 ? messages[^1].SequenceNumber : 0;
        queue.Restore(Math.Max(NextSequence(database, number), highest + 1), messages, SeenIds(database, number));
        if (queue.DeadLetters is { } deadLetters)
        {
            Load(database, deadLetters);
        }
    }

    private static long NextSequence(SqliteConnection database, long number)
    {
        using var command = Select(database, "SELECT next_sequence FROM numbers WHERE number = $number", ("$number", number));
        return (long)command.ExecuteScalar()!;
    }

    private static List<QueueMessage> Messages(SqliteConnection database, long number)
    {
        const string Text = """
            SELECT key, message_id, payload, enqueued_at, expires_at, delivery_count, lock_token, locked_until, state, due_at
            FROM entries WHERE key >= $first AND key < $end ORDER BY key
            """;
        using var command = Select(database, Text, ("$first", JournalSchema.Key(number, 0)), ("$end", JournalSchema.Key(number + 1, 0)));
        using var row = command.ExecuteReader();
        var messages = new List<QueueMessage>();
        while (row.Read())
        {
            messages.Add(new QueueMessage(
                JournalSchema.Sequence(row.GetInt64(0)),
                row.GetString(1),
                (byte[])row.GetValue(2),
                Time(row.GetInt64(3)),
                row.IsDBNull(4) ? null : Time(row.GetInt64(4)),
                row.GetInt32(5),
                row.IsDBNull(6) ? null : new MessageLock(new Guid((byte[])row.GetValue(6)), Time(row.GetInt64(7))),
                (MessageState)row.GetInt32(8),
                row.IsDBNull(9) ? null : Time(row.GetInt64(9))));
        }

        return messages;
    }

    private static List<(string Id, DateTimeOffset At)> SeenIds(SqliteConnection database, long number)
    {
        using var command = Select(database, "SELECT message_id, at FROM ids WHERE number = $number ORDER BY at", ("$number", number));
        using var row = command.ExecuteReader();
        var ids = new List<(string, DateTimeOffset)>();
        while (row.Read())
        {
            ids.Add((row.GetString(0), Time(row.GetInt64(1))));
        }

        return ids;
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static SqliteCommand Select(SqliteConnection database, string text, params ReadOnlySpan<(string Name, long Value)> values)
    {
        var command = database.CreateCommand();
#pragma warning disable CA2100 // The texts are the constants of this file.
        command.CommandText = text;
#pragma warning restore CA2100
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        return command;
    }
}
