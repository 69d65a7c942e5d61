namespace WrnCloud.Referee;

/// <summary>What the published worker answers through its host is what LocalCloud's host answered.</summary>
[Collection(RefereeCollection.Name)]
[Trait("Category", "Slow")]
public sealed class HttpTests(RefereeStack stack)
{
    public static TheoryData<string> Requests => [.. HttpCase.All.Select(c => c.ToString())];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Answer_OfThePublishedWorker_IsTheLocalHosts(string request)
    {
        var answer = await HttpCase.All.Single(c => c.ToString() == request).SendAsync(stack.Host);

        Assert.Equal(stack.LocalAnswers[request], answer);
    }

    [Fact]
    public void Answers_OfTheLocalHost_AreNotAllRefusals() =>
        Assert.Equal([200, 202], stack.LocalAnswers.Values.Select(a => a.Status).Where(s => s < 300).Distinct().Order());
}
