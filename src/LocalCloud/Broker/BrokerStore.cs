using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>
/// The journal: SQLite in WAL mode with full synchronisation. One thread writes; whatever queued up while it was committing goes into
/// its next transaction (group commit), and only after the commit is anything told that it is durable.
/// </summary>
internal sealed class BrokerStore : IDisposable
{
    private const string FileName = "broker.db";

    /// <summary>In seconds; a broker whose parent was killed takes a moment to end and to let go of the file.</summary>
    private const int OpenTimeout = 10;

    private readonly SqliteConnection _database;
    private readonly JournalWriter _journal;
    private readonly BlockingCollection<Entry> _pending = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;

    /// <summary>Opens or creates the journal in <paramref name="folder"/>; throws <see cref="IOException"/> when another broker has it.</summary>
    public BrokerStore(string folder)
    {
        Directory.CreateDirectory(folder);
        var source = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, FileName), Pooling = false, DefaultTimeout = OpenTimeout };
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

    /// <summary>Ends when the store is disposed; faults when a commit fails, after which nothing is acknowledged any more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Fills <paramref name="queue"/> and its dead-letter queue from the journal. Before <see cref="Start"/>.</summary>
    public void Load(QueueState queue) => JournalReader.Load(_database, queue);

    public void Start()
    {
        _thread = new Thread(Write) { IsBackground = true, Name = "broker journal" };
        _thread.Start();
    }

    /// <summary>Queues changes that commit together, after all before them; then calls <paramref name="committed"/> on the writing thread.</summary>
    public void Append(IReadOnlyList<QueueChange> changes, Action? committed)
    {
        if (changes.Count > 0 || committed is not null)
        {
            _pending.Add(new Entry(changes, committed));
        }
    }

    public void Dispose()
    {
        _pending.CompleteAdding();
        _thread?.Join();
        _journal.Dispose();
        _database.Dispose();
        _pending.Dispose();
        _ended.TrySetResult();
    }

    private void Write()
    {
        var batch = new List<Entry>();
        try
        {
            foreach (var first in _pending.GetConsumingEnumerable())
            {
                batch.Clear();
                batch.Add(first);
                while (_pending.TryTake(out var next))
                {
                    batch.Add(next);
                }

                if (batch.Exists(e => e.Changes.Count > 0))
                {
                    using var transaction = _database.BeginTransaction();
                    foreach (var change in batch.SelectMany(e => e.Changes))
                    {
                        _journal.Write(change, transaction);
                    }

                    transaction.Commit();
                }

                foreach (var entry in batch)
                {
                    entry.Committed?.Invoke();
                }
            }
        }
        catch (Exception e)
        {
            // Memory is ahead of the disk now; the only honest state is the one that a restart reads back.
            _ended.TrySetException(e);
        }
    }

    private readonly record struct Entry(IReadOnlyList<QueueChange> Changes, Action? Committed);
}
