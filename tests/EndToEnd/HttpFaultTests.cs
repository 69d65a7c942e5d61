using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using WrnCloud.EndToEnd.Support;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.EndToEnd;

/// <summary>Parts that hang, and callers that send half a request: each gets a documented answer, and none a stack trace in the log.</summary>
public sealed class HttpFaultTests(RunningStack stack) : IClassFixture<RunningStack>, IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = stack.Stack.Endpoint, Timeout = TimeSpan.FromMinutes(2) };

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Store_Stopped_RequestsAreUnavailableAndHealthNamesIt()
    {
        Processes.RequireLinux();
        var azurite = ProcessOf("azurite.mjs");
        Processes.Signal(azurite, "STOP");
        try
        {
            using var list = await SendAsync(HttpMethod.Get, "/api/training-jobs", null);
            await AssertUnavailableAsync(list, "store");
            using var submit = await SubmitAsync(Sample.Short("hung-store"));
            await AssertUnavailableAsync(submit, "store");
            Assert.Equal(("unreachable", "reachable", "unknown"), await HealthAsync(HttpStatusCode.ServiceUnavailable));
        }
        finally
        {
            Processes.Signal(azurite, "CONT");
        }

        await UntilHealthyAsync();
        using var again = await SendAsync(HttpMethod.Get, "/api/training-jobs", null);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Broker_Stopped_SubmitIsAcceptedAndSentLater()
    {
        Processes.RequireLinux();
        var broker = ProcessOf($"{Path.DirectorySeparatorChar}broker");
        Job job;
        Processes.Signal(broker, "STOP");
        try
        {
            using var submit = await SubmitAsync(Sample.Long("hung-broker", 1000));
            Assert.Equal(HttpStatusCode.Accepted, submit.StatusCode);
            job = (await submit.Content.ReadFromJsonAsync<Job>(WrnJson.Compact))!;
            Assert.Equal(JobState.Accepted, job.State);
            Assert.Equal(("reachable", "unreachable", "running"), await HealthAsync(HttpStatusCode.ServiceUnavailable));
        }
        finally
        {
            Processes.Signal(broker, "CONT");
        }

        await UntilHealthyAsync();
        await stack.UntilAsync(job.Id, j => j.State is JobState.Queued or JobState.Running);
        await stack.Api.CancelAsync(job.Id, CancellationToken.None);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nZZ\r\n", 400, "body-invalid")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\"", 408, "request-timeout")]
    [InlineData("Content-Length: 1000\r\n\r\n{", 408, "request-timeout")]
    public async Task Body_BrokenOrSlow_IsTheCallersFaultAndNoneOfTheLogs(string rest, int status, string code)
    {
        var before = LogLength();
        using var client = await ConnectAsync();

        await client.SendAsync(Encoding.ASCII.GetBytes(Head + rest), SocketFlags.None);
        var answer = await AnswerAsync(client);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains($"\"{code}\"", answer, StringComparison.Ordinal);
        AssertNoTraceSince(before);
    }

    [Fact]
    public async Task Caller_LeavesInTheMiddle_IsNoErrorOfOurs()
    {
        var before = LogLength();
        for (var i = 0; i < 500; i++)
        {
            using var client = await ConnectAsync();
            await client.SendAsync(Encoding.ASCII.GetBytes($"{Head}Content-Length: 1000\r\n\r\n{{"), SocketFlags.None);

            // Half of them end in order, half with a reset.
            if (i % 2 == 0) client.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        for (var i = 0; i < 5; i++)
        {
            using var response = await SendAsync(HttpMethod.Get, "/api/recipes", null);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        AssertNoTraceSince(before);
    }

    [Fact]
    public async Task Body_AboveTheHostsLimit_IsTheHostsOwnAnswer()
    {
        using var client = await ConnectAsync();

        await client.SendAsync(Encoding.ASCII.GetBytes($"{Head}Content-Length: 104857601\r\n\r\n"), SocketFlags.None);
        var answer = await AnswerAsync(client);

        Assert.StartsWith("HTTP/1.1 500 ", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 0\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IdempotencyKey_Twice_IsRefused()
    {
        using var client = await ConnectAsync();

        var keys = "Idempotency-Key: one\r\nIdempotency-Key: two\r\n";
        await client.SendAsync(Encoding.ASCII.GetBytes($"{Head}{keys}Content-Length: 2\r\n\r\n{{}}"), SocketFlags.None);
        var answer = await AnswerAsync(client);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"key-invalid\"", answer, StringComparison.Ordinal);
    }

    private string Head =>
        $"POST /api/training-jobs HTTP/1.1\r\nHost: localhost\r\nx-functions-key: {stack.Stack.Key}\r\nContent-Type: application/json\r\n";

    private static async Task AssertUnavailableAsync(HttpResponseMessage response, string part)
    {
        var problem = await response.Content.ReadFromJsonAsync<Problem>(WrnJson.Compact);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ErrorCatalogue.Unavailable.Code), (response.StatusCode, problem!.Code));
        Assert.Contains(part, problem.Detail, StringComparison.Ordinal);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    private static async Task<string> AnswerAsync(Socket client)
    {
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        while (true)
        {
            var read = await client.ReceiveAsync(buffer, SocketFlags.None, limit.Token);
            answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
            if (read == 0 || IsWhole(answer.ToString())) return answer.ToString();
        }
    }

    private static bool IsWhole(string answer)
    {
        if (answer.Split("\r\n\r\n", 2) is not [var head, var body]) return false;
        var length = head.Split("\r\n").FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return length is not null
            ? Encoding.UTF8.GetByteCount(body) >= int.Parse(length.Split(':')[1])
            : body.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, stack.Stack.Endpoint.Port);
        return client;
    }

    // A child of this process that works on this stack's folder.
    private int ProcessOf(string mark) => Processes.DescendantsOf(Environment.ProcessId).Single(id =>
    {
        var command = File.ReadAllText($"/proc/{id}/cmdline");
        return command.Contains(stack.Folder.Path, StringComparison.Ordinal) && command.Contains(mark, StringComparison.Ordinal);
    });

    private long LogLength() => new FileInfo(Log).Length;

    private void AssertNoTraceSince(long position)
    {
        using var log = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Position = position;
        var lines = new StreamReader(log).ReadToEnd().Split('\n');
        var traces = lines.Where(l => l.Contains("   at ", StringComparison.Ordinal) || l.StartsWith("fail:", StringComparison.Ordinal)).ToList();
        Assert.True(traces is [], string.Join('\n', traces));
    }

    private string Log => Path.Combine(stack.Stack.LogFolder, "functions.log");

    private async Task<(string? Storage, string? Queue, string? Upkeep)> HealthAsync(HttpStatusCode expected)
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/health", null);
        var report = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(expected, response.StatusCode);
        return ((string?)report["storage"], (string?)report["queue"], (string?)report["upkeep"]);
    }

    private async Task UntilHealthyAsync()
    {
        for (var i = 0; i < 600; i++)
        {
            using var response = await SendAsync(HttpMethod.Get, "/api/health", null);
            if (response.StatusCode == HttpStatusCode.OK) return;
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        Assert.Equal(("reachable", "reachable", "running"), await HealthAsync(HttpStatusCode.OK));
    }

    private Task<HttpResponseMessage> SubmitAsync(TrainingRequest request) =>
        SendAsync(HttpMethod.Post, "/api/training-jobs", JsonContent.Create(request, options: WrnJson.Compact));

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("x-functions-key", stack.Stack.Key);
        return await _http.SendAsync(request);
    }
}
