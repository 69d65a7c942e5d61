using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

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
        Assert.Equal([200, 202, 206], stack.LocalAnswers.Values.Select(a => a.Status).Where(s => s < 300).Distinct().Order());

    [Fact]
    public async Task Submit_WithATraceContext_TheJobCarriesTheTrace()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/training-jobs") { Content = new ByteArrayContent(RefereeStack.Training) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("x-functions-key", RefereeStack.Key);
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var response = await stack.Host.SendAsync(request);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var job = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", job.GetProperty("traceParent").GetString(), StringComparison.Ordinal);
    }
}
