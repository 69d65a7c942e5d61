using Microsoft.Data.Sqlite;

namespace WrnCloud.MessagingBench;

/// <summary>The limit of every durable send: how often SQLite commits one row to this disk, as the broker's journal is set up.</summary>
internal static class CommitRate
{
    public static Rate Measure(string folder, int bytes, double seconds, TimeProvider clock)
    {
        using var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "raw.db"), Pooling = false }.ToString());
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows(id INTEGER PRIMARY KEY, payload BLOB)";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO rows(payload) VALUES($payload)";
        command.Parameters.AddWithValue("$payload", new byte[bytes]);
        return Rate.Measure(
            () =>
            {
                using var transaction = database.BeginTransaction();
                command.Transaction = transaction;
                command.ExecuteNonQuery();
                transaction.Commit();
            },
            seconds,
            clock);
    }
}
