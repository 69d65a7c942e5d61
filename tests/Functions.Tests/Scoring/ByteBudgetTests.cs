using WrnCloud.Functions.Scoring;

namespace WrnCloud.Functions.Tests.Scoring;

public sealed class ByteBudgetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Take_MoreThanIsFree_WaitsInTurn()
    {
        var budget = new ByteBudget(100);
        var first = await budget.TakeAsync(60, Token);
        var large = budget.TakeAsync(50, Token);
        var small = budget.TakeAsync(10, Token);

        // The small one would fit: it does not overtake, or a large one would never come to its turn.
        Assert.False(large.IsCompleted || small.IsCompleted);

        first.Dispose();
        (await large).Dispose();
        (await small).Dispose();
    }

    [Fact]
    public async Task Take_MoreThanThereIs_CountsAsAll()
    {
        var budget = new ByteBudget(100);
        var all = await budget.TakeAsync(1_000, Token);
        var next = budget.TakeAsync(1, Token);
        Assert.False(next.IsCompleted);

        all.Dispose();
        all.Dispose();

        (await next).Dispose();
        (await budget.TakeAsync(100, Token)).Dispose();
    }

    [Fact]
    public async Task Take_Cancelled_LeavesTheQueueToTheNext()
    {
        var budget = new ByteBudget(100);
        var held = await budget.TakeAsync(60, Token);
        using var gone = new CancellationTokenSource();
        var leaving = budget.TakeAsync(100, gone.Token);
        var next = budget.TakeAsync(40, Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        (await next).Dispose();
        held.Dispose();
        (await budget.TakeAsync(100, Token)).Dispose();
    }

    [Fact]
    public async Task Take_ByManyAtOnce_NeverExceedsTheTotal()
    {
        var budget = new ByteBudget(100);
        var (used, most) = (0, 0);
        await Parallel.ForEachAsync(Enumerable.Range(1, 500), Token, async (i, ct) =>
        {
            var bytes = (i % 60) + 1;
            using var share = await budget.TakeAsync(bytes, ct);
            InterlockedMax(ref most, Interlocked.Add(ref used, bytes));
            await Task.Yield();
            Interlocked.Add(ref used, -bytes);
        });

        Assert.InRange(most, 1, 100);
        Assert.Equal(0, used);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
    }
}
