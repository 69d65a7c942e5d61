using WrnCloud.Cli.Api;

namespace WrnCloud.Cli.Tests.Api;

public sealed class StalledAnswerTests
{
    [Fact]
    public async Task Get_BodyStopsHalfway_EndsAsUnreachable()
    {
        await using var server = await ApiServer.StartAsync();
        using var stop = new CancellationTokenSource();
        server.On("GET /api/recipes", _ => Microsoft.AspNetCore.Http.Results.Stream(
            async stream =>
            {
                await stream.WriteAsync("{\"items\":["u8.ToArray(), stop.Token);
                await stream.FlushAsync(stop.Token);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            },
            "application/json"));
        using var api = new ApiClient(server.Endpoint, ApiServer.Key, new FastClock());
        var error = await Assert.ThrowsAsync<EndpointUnreachableException>(() => api.ListRecipesAsync(TestContext.Current.CancellationToken));
        Assert.Contains("stalled", error.Message, StringComparison.Ordinal);
        await stop.CancelAsync();
    }

    [Fact]
    public async Task Download_StopsHalfway_FailsAndLeavesNothing()
    {
        await using var server = await ApiServer.StartAsync();
        using var folder = new TestFolder();
        using var stop = new CancellationTokenSource();
        server.On("GET /api/batches/b/files/results.jsonl", _ => Microsoft.AspNetCore.Http.Results.Stream(
            async stream =>
            {
                await stream.WriteAsync("{"u8.ToArray(), stop.Token);
                await stream.FlushAsync(stop.Token);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            },
            "application/octet-stream"));
        using var api = new ApiClient(server.Endpoint, ApiServer.Key, new FastClock());
        var error = await Assert.ThrowsAsync<FailedException>(() => FileDownload.SaveAsync(
            "results.jsonl",
            null,
            folder.Path,
            (name, ct) => api.OpenBatchFileAsync("b", name, ct),
            api.Clock,
            TestContext.Current.CancellationToken));
        Assert.Contains("stalled", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
        await stop.CancelAsync();
    }

    [Fact]
    public async Task Get_AnswerIsNoJson_IsAnApiError()
    {
        await using var server = await ApiServer.StartAsync();
        server.On("GET /api/recipes", _ => Microsoft.AspNetCore.Http.Results.Text("<html>", "text/html"));
        using var api = new ApiClient(server.Endpoint, ApiServer.Key, new FastClock());
        var error = await Assert.ThrowsAsync<ApiException>(() => api.ListRecipesAsync(TestContext.Current.CancellationToken));
        Assert.Equal("answer-unreadable", error.Problem.Code);
    }
}
