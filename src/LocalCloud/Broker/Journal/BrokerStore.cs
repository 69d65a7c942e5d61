using Microsoft.Data.Sqlite;
using WrnCloud.LocalCloud.Broker.Queues;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Broker.Journal;

/// <summary>
/// The journal: SQLite in WAL mode with full synchronisation. Everything appended since the last commit goes into one transaction, and is
/// acknowledged only after it. Not thread-safe.
/// </summary>
internal sealed class BrokerStore : IDisposable
{
    private const string FileName = "broker.db";

    /// <summary>In seconds; a broker whose parent was killed takes a moment to exit and to release the file.</summary>
    private const int OpenTimeout = 10;

    private readonly SqliteConnection _database;
    private readonly JournalWriter _journal;
    private readonly List<QueueChange> _changes = [];
    private List<Action> _waiting = [];

    /// <summary>Opens or creates the journal in <paramref name="folder"/>; throws <see cref="IOException"/> when another broker has it.</summary>
    public BrokerStore(string folder)
    {
        PrivateFile.CreateFolder(folder);
        var path = Path.Combine(folder, FileName);

        // SQLite treats an empty file as a new database, and gives the files beside it the same mode.
        if (!File.Exists(path)) PrivateFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        var source = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = OpenTimeout };
        _database = new SqliteConnection(source.ToString());
        try
        {
            _database.Open();
            _journal = new JournalWriter(_database);
        }
        catch (SqliteException e)
        {
            _database.Dispose();
            throw new IOException($"The broker's data in '{folder}' cannot be opened; does another broker use it? ({e.Message})", e);
        }
    }

    /// <summary>Fills <paramref name="queue"/> and its dead-letter queue from the journal.</summary>
    public void Load(QueueState queue) => JournalReader.Load(_database, queue);

    /// <summary>Adds changes to the next commit, and a callback for after it.</summary>
    public void Append(IReadOnlyList<QueueChange> changes, Action? committed)
    {
        _changes.AddRange(changes);
        if (committed is not null) _waiting.Add(committed);
    }

    /// <summary>Commits the appended changes and returns the callbacks to run now.</summary>
    /// <exception cref="SqliteException">The disk failed; none of the changes is durable.</exception>
    public IReadOnlyList<Action> Commit()
    {
        if (_changes.Count > 0)
        {
            using var transaction = _database.BeginTransaction();
            foreach (var change in _changes) _journal.Write(change, transaction);
            transaction.Commit();
            _changes.Clear();
        }

        if (_waiting.Count == 0) return [];
        var due = _waiting;
        _waiting = [];
        return due;
    }

    public void Dispose()
    {
        _journal.Dispose();
        _database.Dispose();
    }
}
