using Microsoft.Data.Sqlite;

namespace WrnCloud.LocalCloud.Broker.Journal;

/// <summary>
/// The journal's tables, laid out so that a send dirties two pages:
/// a message's key is its queue's number and its sequence number in one integer, the rowid, and seen ids are ordered by time.
/// Both tables grow at their ends.
/// </summary>
internal static class JournalSchema
{
    private const int SequenceBits = 44;

    private const int Version = 1;

    private const string Open = """
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        """;

    private const string Create = """
        CREATE TABLE numbers(number INTEGER PRIMARY KEY, queue TEXT NOT NULL UNIQUE, next_sequence INTEGER NOT NULL);
        CREATE TABLE entries(
            key INTEGER PRIMARY KEY, message_id TEXT NOT NULL, payload BLOB NOT NULL, enqueued_at INTEGER NOT NULL, expires_at INTEGER,
            delivery_count INTEGER NOT NULL, lock_token BLOB, locked_until INTEGER, state INTEGER NOT NULL, due_at INTEGER);
        CREATE TABLE ids(number INTEGER NOT NULL, at INTEGER NOT NULL, message_id TEXT NOT NULL, PRIMARY KEY(number, at, message_id)) WITHOUT ROWID;
        """;

    // Until version 1 the queue's name was part of every key; the first such journals had no states, and active messages only.
    private const string HasMessages = "SELECT count(*) FROM sqlite_schema WHERE name = 'messages'";
    private const string HasStates = "SELECT count(*) FROM pragma_table_info('messages') WHERE name = 'state'";
    private const string AddStates = "ALTER TABLE messages ADD COLUMN state INTEGER NOT NULL DEFAULT 0; "
        + "ALTER TABLE messages ADD COLUMN due_at INTEGER;";

    private static readonly string Move = $"""
        CREATE TABLE IF NOT EXISTS queues(name TEXT PRIMARY KEY, next_sequence INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS seen_ids(queue TEXT NOT NULL, message_id TEXT NOT NULL, at INTEGER NOT NULL);
        INSERT OR IGNORE INTO numbers(queue, next_sequence) SELECT name, next_sequence FROM queues;
        INSERT OR IGNORE INTO numbers(queue, next_sequence) SELECT DISTINCT queue, 1 FROM messages;
        INSERT OR IGNORE INTO numbers(queue, next_sequence) SELECT DISTINCT queue, 1 FROM seen_ids;
        INSERT INTO entries SELECT (n.number << {SequenceBits}) + m.sequence, m.message_id, m.payload, m.enqueued_at, m.expires_at,
            m.delivery_count, m.lock_token, m.locked_until, m.state, m.due_at FROM messages m JOIN numbers n ON n.queue = m.queue;
        INSERT INTO ids SELECT n.number, s.at, s.message_id FROM seen_ids s JOIN numbers n ON n.queue = s.queue;
        DROP TABLE messages; DROP TABLE queues; DROP TABLE seen_ids;
        """;

    /// <summary>Creates the tables, or migrates an older journal's in one transaction.</summary>
    public static void Prepare(SqliteConnection database)
    {
        Run(database, Open);
        if (Ask(database, "PRAGMA user_version") >= Version) return;
        using var transaction = database.BeginTransaction();
        Run(database, Create);
        if (Ask(database, HasMessages) > 0)
        {
            if (Ask(database, HasStates) == 0) Run(database, AddStates);
            Run(database, Move);
        }

        Run(database, $"PRAGMA user_version = {Version}");
        transaction.Commit();
    }

    /// <summary>The key of a message; a queue's keys lie between its first key and the next number's.</summary>
    public static long Key(long number, long sequence) => (number << SequenceBits) + sequence;

    /// <summary>The sequence number in a key.</summary>
    public static long Sequence(long key) => key & ((1L << SequenceBits) - 1);

    /// <summary>The number of a queue, assigned now if it has none.</summary>
    public static long Number(SqliteConnection database, SqliteTransaction? transaction, string queue)
    {
        using var command = database.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT OR IGNORE INTO numbers(queue, next_sequence) VALUES($queue, 1); "
            + "SELECT number FROM numbers WHERE queue = $queue";
        command.Parameters.AddWithValue("$queue", queue);
        return (long)command.ExecuteScalar()!;
    }

    private static long Ask(SqliteConnection database, string text)
    {
        using var command = Command(database, text);
        return (long)command.ExecuteScalar()!;
    }

    private static void Run(SqliteConnection database, string text)
    {
        using var command = Command(database, text);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection database, string text)
    {
        var command = database.CreateCommand();
#pragma warning disable CA2100 // The texts are the constants of this file.
        command.CommandText = text;
#pragma warning restore CA2100
        return command;
    }
}
