using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.LocalCloud.Broker.Journal;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Tests.Broker;

public sealed class BrokerLoopTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new();
    private BrokerStore _store = null!;
    private BrokerLoop _loop = null!;

    public ValueTask InitializeAsync()
    {
        _store = new BrokerStore(_folder.Path);
        _loop = new BrokerLoop(_store, NullLogger.Instance);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _loop.DisposeAsync();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void RunOrPost_NobodyAtWork_HasActedAndCommittedOnReturn()
    {
        var (thread, committed) = (0, false);

        _loop.RunOrPost(() =>
        {
            thread = Environment.CurrentManagedThreadId;
            _store.Append([], () => committed = true);
        });

        Assert.True(committed);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public async Task Actions_OfManyThreads_RunOneAtATimeInTheOrderOfEach()
    {
        const int Threads = 8, Each = 5000;
        var (atWork, together) = (0, 0);
        var seen = Enumerable.Range(0, Threads).Select(_ => new List<int>()).ToList();

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(t => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                var number = i;
                Action action = () =>
                {
                    if (Interlocked.Increment(ref atWork) != 1) together++;
                    seen[t].Add(number);
                    Interlocked.Decrement(ref atWork);
                };
                if (t % 2 == 0) _loop.Post(action);
                else _loop.RunOrPost(action);
            }
        })));
        await _loop.AskAsync(() => true).WaitAsync(Long, TimeProvider.System);

        Assert.Equal(0, together);
        Assert.All(seen, s => Assert.Equal(Enumerable.Range(0, Each), s));
    }

    [Fact]
    public async Task RunOrPost_WhereWorkNeverEnds_ReturnsAndLeavesItToTheLoop()
    {
        var (caller, stop) = (0, false);
        var elsewhere = new TaskCompletionSource();
        void Again()
        {
            if (Environment.CurrentManagedThreadId != caller) elsewhere.TrySetResult();
            if (!Volatile.Read(ref stop)) _loop.Post(Again);
        }

        await Task.Run(() =>
        {
            caller = Environment.CurrentManagedThreadId;
            _loop.RunOrPost(Again);
        }).WaitAsync(Long, TimeProvider.System);

        await elsewhere.Task.WaitAsync(Long, TimeProvider.System);
        Volatile.Write(ref stop, true);
    }

    [Fact]
    public async Task Commit_Refused_EndsTheLoopAndDoesNothingMore()
    {
        var later = false;
        _store.Dispose();

        Task<bool> asked = Task.FromResult(true);
        _loop.RunOrPost(() =>
        {
            _store.Append([new QueueChange.IdSeen("q", "id", DateTimeOffset.UnixEpoch)], () => later = true);
            asked = _loop.AskAsync(() => later = true);
        });
        _loop.RunOrPost(() => later = true);
        _loop.Post(() => later = true);

        await Assert.ThrowsAnyAsync<Exception>(() => _loop.Ended.WaitAsync(Long, TimeProvider.System));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => asked.WaitAsync(Long, TimeProvider.System));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _loop.AskAsync(() => true));
        Assert.False(later);
    }
}
