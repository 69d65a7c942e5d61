using System.Net;
using System.Net.Http.Json;
using System.Text;
using WrnCloud.EndToEnd.Support;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.EndToEnd;

/// <summary>The local host answers as the real Functions host does, and every refusal is a documented one.</summary>
public sealed class FunctionsHostTests(RunningStack stack) : IClassFixture<RunningStack>, IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = stack.Stack.Endpoint };

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("GET", "/api/no-such-route", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/training-jobs", HttpStatusCode.NotFound)]
    [InlineData("HEAD", "/api/training-jobs", HttpStatusCode.NotFound)]
    [InlineData("OPTIONS", "/api/training-jobs", HttpStatusCode.NotFound)]
    [InlineData("GET", "/API/Training-Jobs/", HttpStatusCode.OK)]
    [InlineData("GET", "/training-jobs", HttpStatusCode.NotFound)]
    public async Task Route_AsTheRealHost_AnswersNeverMethodNotAllowed(string method, string path, HttpStatusCode expected)
    {
        using var response = await SendAsync(new HttpMethod(method), path, stack.Stack.Key, null);

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.NotFound) Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Key_MissingOrWrong_IsUnauthorizedAndTheHeaderWins()
    {
        using var missing = await SendAsync(HttpMethod.Get, "/api/models", null, null);
        using var wrong = await SendAsync(HttpMethod.Get, "/api/models", "nonsense", null);
        using var code = await SendAsync(HttpMethod.Get, $"/api/models?code={stack.Stack.Key}", null, null);
        using var headerWins = await SendAsync(HttpMethod.Get, $"/api/models?code={stack.Stack.Key}", "nonsense", null);
        using var anonymous = await SendAsync(HttpMethod.Get, "/api/health", "nonsense", null);

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.OK],
            new[] { missing, wrong, code, headerWins, anonymous }.Select(r => r.StatusCode));
        Assert.Empty(await missing.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/api/docs", "text/html")]
    [InlineData("/api/openapi.json", "application/json")]
    public async Task Documentation_WithoutAKey_IsThere(string path, string mediaType)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, null);

        Assert.Equal((HttpStatusCode.OK, mediaType), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains("training-jobs", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "application/json", 400, "body-invalid")]
    [InlineData("{", "application/json", 400, "body-invalid")]
    [InlineData("{} {}", "application/json", 400, "body-invalid")]
    [InlineData("[]", "application/json", 400, "body-invalid")]
    [InlineData("""{"model":"a","model":"b"}""", "application/json", 400, "body-invalid")]
    [InlineData("""{"epocs":3}""", "application/json", 400, "unknown-field")]
    [InlineData(
        """{"model":"WRN-10-1","dataset":"tiny-shapes","recipe":"fast/shapes10","overrides":{"epochs":"ten"}}""",
        "application/json",
        422,
        "value-invalid")]
    [InlineData(
        """{"model":"WRN-10-1","dataset":"tiny-shapes","recipe":"fast/shapes10","overrides":{"learningRate":1e309}}""",
        "application/json",
        422,
        "value-invalid")]
    [InlineData("""{"model":"WRN-10-1","dataset":"tiny-shapes","recipe":"fast/shapes10","seed":-1}""", "application/json", 422, "value-invalid")]
    [InlineData("""{"model":"WRN-11-1","dataset":"tiny-shapes","recipe":"fast/shapes10"}""", "application/json", 422, "spec-invalid")]
    [InlineData("""{"model":"WRN-10-1","dataset":"other","recipe":"fast/shapes10"}""", "application/json", 404, "dataset-unknown")]
    [InlineData("""{"model":"WRN-10-1","dataset":"../up","recipe":"fast/shapes10"}""", "application/json", 400, "name-invalid")]
    [InlineData("""{"model":"WRN-10-1","dataset":"http://169.254.169.254/x","recipe":"fast/shapes10"}""", "application/json", 422, "url-not-allowed")]
    [InlineData("""{"model":"WRN-10-1","dataset":"nul","recipe":"fast/shapes10"}""", "application/json", 400, "name-invalid")]
    [InlineData("{}", "text/plain", 415, "media-type-unsupported")]
    public async Task Submit_BadInput_GetsItsDocumentedCode(string body, string mediaType, int status, string code)
    {
        using var content = new StringContent(body, Encoding.UTF8, mediaType);
        using var response = await SendAsync(HttpMethod.Post, "/api/training-jobs", stack.Stack.Key, content);

        await AssertProblemAsync(response, status, code);
    }

    [Fact]
    public async Task Submit_BodyOverTheLimitWithoutALength_IsRefusedAtTheLimit()
    {
        using var content = new StreamContent(new EndlessJson());
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/training-jobs") { Content = content };
        request.Headers.Add("x-functions-key", stack.Stack.Key);
        request.Headers.TransferEncodingChunked = true;
        using var response = await _http.SendAsync(request);

        await AssertProblemAsync(response, 413, "body-too-large");
    }

    [Theory]
    [InlineData("/api/training-jobs/zzzzzzzzzz0000000000", 404, "job-not-found")]
    [InlineData("/api/training-jobs/..%2F..%2Fmodels", 404, "job-not-found")]
    [InlineData("/api/training-jobs?state=lost", 400, "query-invalid")]
    [InlineData("/api/training-jobs?count=0", 400, "query-invalid")]
    [InlineData("/api/models/none", 404, "model-not-found")]
    [InlineData("/api/models/none/versions/0", 400, "query-invalid")]
    [InlineData("/api/models/none/versions/01", 400, "query-invalid")]
    [InlineData("/api/models/none/versions/+1", 400, "query-invalid")]
    [InlineData("/api/training-jobs?next=garbage", 400, "query-invalid")]
    [InlineData("/api/training-jobs?state=running&next=garbage", 400, "query-invalid")]
    [InlineData("/api/training-jobs?state=failed&next=garbage", 400, "query-invalid")]
    [InlineData("/api/models?next=garbage", 400, "query-invalid")]
    [InlineData("/api/datasets?next=garbage", 400, "query-invalid")]
    [InlineData("/api/datasets?count=1&count=2", 400, "query-invalid")]
    [InlineData("/api/batches/0123?verbose=1", 400, "query-invalid")]
    [InlineData("/api/models/%2e%2e%2f", 404, "model-not-found")]
    [InlineData("/api/batches/0123", 404, "batch-not-found")]
    public async Task Get_WhatIsNotThere_GetsItsDocumentedCode(string path, int status, string code)
    {
        using var response = await SendAsync(HttpMethod.Get, path, stack.Stack.Key, null);

        await AssertProblemAsync(response, status, code);
    }

    [Fact]
    public async Task Query_UnknownParameter_IsRefusedByEveryOperationWithAKey()
    {
        var operations = (await ApiDescription.ReadAsync(_http)).Keyed.ToList();

        Assert.NotEmpty(operations);
        foreach (var (method, path) in operations)
        {
            using var response = await SendAsync(method, $"{path}?unknown=1", stack.Stack.Key, null);
            await AssertProblemAsync(response, 400, "query-invalid");
        }
    }

    [Theory]
    [InlineData("image/svg+xml", "", 415, "media-type-unsupported")]
    [InlineData("application/json; charset=utf-16", "", 415, "media-type-unsupported")]
    [InlineData("image/png", "?version=1&alias=production", 400, "query-invalid")]
    [InlineData("image/png", "?version=%2B1", 400, "query-invalid")]
    public async Task Predict_WhatIsNotTaken_GetsItsDocumentedCode(string type, string query, int status, string code)
    {
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var response = await SendAsync(HttpMethod.Post, $"/api/models/none/predict{query}", stack.Stack.Key, content);

        await AssertProblemAsync(response, status, code);
    }

    [Fact]
    public async Task Predict_ModelUnknown_IsNotFound()
    {
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.ContentType = new("image/png");
        using var response = await SendAsync(HttpMethod.Post, "/api/models/none/predict", stack.Stack.Key, content);

        await AssertProblemAsync(response, 404, "model-not-found");
    }

    [Fact]
    public async Task Submit_WithATraceContext_TheJobCarriesTheTrace()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/training-jobs")
        {
            Content = JsonContent.Create(Sample.Long("traced", 1000), options: WrnJson.Compact),
        };
        request.Headers.Add("x-functions-key", stack.Stack.Key);
        request.Headers.Host = "evil.example";
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var response = await _http.SendAsync(request);

        var job = await response.Content.ReadFromJsonAsync<Job>(WrnJson.Compact);
        await stack.Api.CancelAsync(job!.Id, CancellationToken.None);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", job.TraceParent, StringComparison.Ordinal);
        Assert.Equal($"/api/training-jobs/{job.Id}", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Upload_DatasetNameTakenByOtherContent_IsAConflict()
    {
        var request = new
        {
            kind = "dataset",
            name = Sample.Dataset,
            files = new[]
            {
                new { name = "manifest.json", length = 10, sha256 = new string('0', 64) },
                new { name = "train.bin", length = 10, sha256 = new string('0', 64) },
            },
        };
        using var response = await SendAsync(HttpMethod.Post, "/api/uploads", stack.Stack.Key, JsonContent.Create(request));

        await AssertProblemAsync(response, 409, "already-exists");
    }

    private async Task AssertProblemAsync(HttpResponseMessage response, int status, string code)
    {
        var problem = await response.Content.ReadFromJsonAsync<Problem>(WrnJson.Compact);
        Assert.Equal((status, code), ((int)response.StatusCode, problem!.Code));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status, problem.Status);
        var request = response.RequestMessage!;
        Assert.Contains(code, (await ApiDescription.ReadAsync(_http)).CodesOf(request.Method, request.RequestUri!));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null) request.Headers.Add("x-functions-key", key);
        return await _http.SendAsync(request);
    }

    /// <summary>A megabyte of JSON that never closes its string.</summary>
    private sealed class EndlessJson() : MemoryStream(Encoding.ASCII.GetBytes("{\"model\":\"" + new string('x', 1 << 20)), writable: false)
    {
        public override bool CanSeek => false;
    }
}
