using WrnCloud.Cli.Api;
using WrnCloud.Cli.Watching;

namespace WrnCloud.Cli.Tests.Watching;

public sealed class PollingTests
{
    private static readonly EndpointUnreachableException Down = new(new Uri("http://localhost:1"), "refused");

    [Fact]
    public async Task Follow_OutageAfterAnAnswer_IsSatOut()
    {
        var answers = new Queue<Func<string?>>([() => "a", () => throw Down, () => null, () => throw Down, () => "end"]);
        var seen = new List<string>();
        await foreach (var value in Polling.FollowAsync(_ => Next(answers), v => v == "end", new FastClock(), TestContext.Current.CancellationToken))
            seen.Add(value);
        Assert.Equal(["a", "end"], seen);
    }

    [Fact]
    public async Task Follow_NeverAnswered_EndsAtOnce() => await Assert.ThrowsAsync<EndpointUnreachableException>(async () =>
    {
        await foreach (var _ in Polling.FollowAsync<string>(_ => throw Down, _ => true, new FastClock(), TestContext.Current.CancellationToken))
        {
            Assert.Fail("There is nothing to see.");
        }
    });

    private static Task<string?> Next(Queue<Func<string?>> answers) => Task.FromResult(answers.Dequeue()());
}
