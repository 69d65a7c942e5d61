using Microsoft.Data.Sqlite;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>Reads a queue back from the journal.</summary>
internal static class JournalReader
{
    public static void Load(SqliteConnection database, QueueState queue)
    {
        queue.Restore(NextSequence(database, queue.Path), Messages(database, queue.Path), SeenIds(database, queue.Path));
        if (queue.DeadLetters is { } deadLetters)
        {
            Load(database, deadLetters);
        }
    }

    private static long NextSequence(SqliteConnection database, string queue)
    {
        using var command = Select(database, "SELECT next_sequence FROM queues WHERE name = $queue", queue);
        return command.ExecuteScalar() is long next ? next : 1;
    }

    private static List<QueueMessage> Messages(SqliteConnection database, string queue)
    {
        const string Text = """
            SELECT sequence, message_id, payload, enqueued_at, expires_at, delivery_count, lock_token, locked_until, state, due_at
            FROM messages WHERE queue = $queue ORDER BY sequence
            """;
        using var command = Select(database, Text, queue);
        using var row = command.ExecuteReader();
        var messages = new List<QueueMessage>();
        while (row.Read())
        {
            messages.Add(new QueueMessage(
                row.GetInt64(0),
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

    private static List<(string Id, DateTimeOffset At)> SeenIds(SqliteConnection database, string queue)
    {
        using var command = Select(database, "SELECT message_id, at FROM seen_ids WHERE queue = $queue ORDER BY at", queue);
        using var row = command.ExecuteReader();
        var ids = new List<(string, DateTimeOffset)>();
        while (row.Read())
        {
            ids.Add((row.GetString(0), Time(row.GetInt64(1))));
        }

        return ids;
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static SqliteCommand Select(SqliteConnection database, string text, string queue)
    {
        var command = database.CreateCommand();
#pragma warning disable CA2100 // The texts are the constants of this file.
        command.CommandText = text;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$queue", queue);
        return command;
    }
}
