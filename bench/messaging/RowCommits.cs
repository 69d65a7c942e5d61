using Microsoft.Data.Sqlite;

namespace WrnCloud.MessagingBench;

/// <summary>One row a commit by SQLite alone, as the broker's journal is set up: the limit of every durable send.</summary>
internal sealed class RowCommits : IDisposable
{
    private readonly SqliteConnection _database;
    private readonly SqliteCommand _insert;

    public RowCommits(string folder, int bytes)
    {
        _database = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "raw.db"), Pooling = false }.ToString());
        _database.Open();
        _insert = _database.CreateCommand();
        _insert.CommandText = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
            + "CREATE TABLE rows(id INTEGER PRIMARY KEY, payload BLOB)";
        _insert.ExecuteNonQuery();
        _insert.CommandText = "INSERT INTO rows(payload) VALUES($payload)";
        _insert.Parameters.AddWithValue("$payload", new byte[bytes]);
    }

    /// <summary>How often this disk takes one.</summary>
    public static Rate Measure(string folder, int bytes, double seconds, TimeProvider clock)
    {
        using var rows = new RowCommits(folder, bytes);
        return Rate.Measure(rows.Commit, seconds, clock);
    }

    public void Commit()
    {
        using var transaction = _database.BeginTransaction();
        _insert.Transaction = transaction;
        _insert.ExecuteNonQuery();
        transaction.Commit();
    }

    public void Dispose()
    {
        _insert.Dispose();
        _database.Dispose();
    }
}
