using System.Net.Http.Headers;
using System.Text.Json;
using WrnCloud.Batches;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Evaluation;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Scoring;
using WrnCloud.Uploads;
using WrnCloud.Weights;

namespace WrnCloud.Cli.Api;

/// <summary>A client of the HTTP API, with one method for each operation.</summary>
/// <exception cref="ApiException">The server rejected the request (every method).</exception>
/// <exception cref="EndpointUnreachableException">The server did not answer (every method).</exception>
internal sealed class ApiClient(Uri endpoint, string key, TimeProvider clock) : IDisposable
{
    /// <summary>Responses are small documents; one that takes longer to arrive has stalled.</summary>
    private static readonly TimeSpan LongestBody = TimeSpan.FromSeconds(100);

    private readonly ApiTransport transport = new(endpoint, clock);
    private readonly string root = endpoint.AbsoluteUri.TrimEnd('/') + "/api";

    public Uri Endpoint => transport.Endpoint;

    public TimeProvider Clock { get; } = clock;

    public async Task<Job> SubmitAsync(TrainingRequest request, string idempotencyKey, CancellationToken cancellationToken) =>
        await SendAsync<Job>(HttpMethod.Post, "/training-jobs", request, idempotencyKey, cancellationToken);

    /// <summary>Validates a request without storing it.</summary>
    public async Task<ResolvedTraining> ResolveAsync(TrainingRequest request, CancellationToken cancellationToken) =>
        await SendAsync<ResolvedTraining>(HttpMethod.Post, "/training-jobs", request with { DryRun = true }, null, cancellationToken);

    public Task<Page<Job>> ListJobsAsync(JobState? state, string? next, int? count, CancellationToken cancellationToken) =>
        GetAsync<Page<Job>>(
            "/training-jobs" + Query(("state", state is { } s ? CamelCase(s) : null), ("next", next), ("count", count?.ToString())),
            cancellationToken);

    public Task<Job> GetJobAsync(string id, CancellationToken cancellationToken) => GetAsync<Job>($"/training-jobs/{Segment(id)}", cancellationToken);

    public Task<Page<MetricPoint>> GetMetricsAsync(string id, CancellationToken cancellationToken) =>
        GetAsync<Page<MetricPoint>>($"/training-jobs/{Segment(id)}/metrics", cancellationToken);

    public Task<Job> CancelAsync(string id, CancellationToken cancellationToken) =>
        SendAsync<Job>(HttpMethod.Post, $"/training-jobs/{Segment(id)}/cancel", null, null, cancellationToken);

    public Task<UploadTicket> RequestUploadAsync(UploadRequest request, CancellationToken cancellationToken) =>
        SendAsync<UploadTicket>(HttpMethod.Post, "/uploads", request, null, cancellationToken);

    public Task<Job> ImportWeightsAsync(WeightsImportRequest request, string idempotencyKey, CancellationToken cancellationToken) =>
        SendAsync<Job>(HttpMethod.Post, "/weights", request, idempotencyKey, cancellationToken);

    public Task<Page<WeightsManifest>> ListWeightsAsync(string? next, CancellationToken cancellationToken) =>
        GetAsync<Page<WeightsManifest>>("/weights" + Query(("next", next)), cancellationToken);

    public Task<WeightsManifest> GetWeightsAsync(string name, CancellationToken cancellationToken) =>
        GetAsync<WeightsManifest>($"/weights/{Segment(name)}", cancellationToken);

    public async Task DeleteWeightsAsync(string name, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(() => Request(HttpMethod.Delete, $"/weights/{Segment(name)}"), cancellationToken);
    }

    public Task<Page<ModelSummary>> ListModelsAsync(string? next, CancellationToken cancellationToken) =>
        GetAsync<Page<ModelSummary>>("/models" + Query(("next", next)), cancellationToken);

    public Task<ModelDetail> GetModelAsync(string name, CancellationToken cancellationToken) =>
        GetAsync<ModelDetail>($"/models/{Segment(name)}", cancellationToken);

    public Task<ModelVersion> GetVersionAsync(string name, int version, CancellationToken cancellationToken) =>
        GetAsync<ModelVersion>($"/models/{Segment(name)}/versions/{version}", cancellationToken);

    public Task<ModelAlias> GetAliasAsync(string name, string alias, CancellationToken cancellationToken) =>
        GetAsync<ModelAlias>($"/models/{Segment(name)}/aliases/{Segment(alias)}", cancellationToken);

    public Task<ModelAlias> SetAliasAsync(string name, string alias, int version, CancellationToken cancellationToken) =>
        SendAsync<ModelAlias>(
            HttpMethod.Put, $"/models/{Segment(name)}/aliases/{Segment(alias)}", new AliasRequest { Version = version }, null, cancellationToken);

    public Task<BatchStatus> GetBatchAsync(string id, CancellationToken cancellationToken) =>
        GetAsync<BatchStatus>($"/batches/{Segment(id)}", cancellationToken);

    public Task<Page<Recipe>> ListRecipesAsync(CancellationToken cancellationToken) => GetAsync<Page<Recipe>>("/recipes", cancellationToken);

    public Task<Page<DatasetManifest>> ListDatasetsAsync(string? next, CancellationToken cancellationToken) =>
        GetAsync<Page<DatasetManifest>>("/datasets" + Query(("next", next)), cancellationToken);

    /// <summary>Reads a complete data set's manifest.</summary>
    public Task<DatasetManifest> GetDatasetAsync(string name, CancellationToken cancellationToken) =>
        GetAsync<DatasetManifest>($"/datasets/{Segment(name)}", cancellationToken);

    public async Task DeleteDatasetAsync(string name, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(() => Request(HttpMethod.Delete, $"/datasets/{Segment(name)}"), cancellationToken);
    }

    /// <summary>Opens a file of a data set; the caller disposes the response.</summary>
    public Task<HttpResponseMessage> OpenDatasetFileAsync(string name, string file, CancellationToken cancellationToken) =>
        OpenAsync(() => Request(HttpMethod.Get, $"/datasets/{Segment(name)}/files/{Segment(file)}"), cancellationToken);

    /// <summary>Classifies pictures, at most as many as the server accepts at once.</summary>
    public Task<PredictResponse> PredictAsync(
        ModelReference model, IReadOnlyList<(string Name, byte[] Bytes)> pictures, CancellationToken cancellationToken) =>
        ReadAsync<PredictResponse>(
            () =>
            {
                var form = new MultipartFormDataContent();
                foreach (var (name, bytes) in pictures)
                {
                    var part = new ByteArrayContent(bytes);
                    part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                    form.Add(part, "files", name);
                }

                var query = Query(("version", model.Version?.ToString()), ("alias", model.Alias));
                return Request(HttpMethod.Post, $"/models/{Segment(model.Name)}/predict{query}", form);
            },
            cancellationToken);

    /// <summary>A version's evaluation, from its artefact.</summary>
    public Task<ModelEvaluation> GetEvaluationAsync(string name, int version, CancellationToken cancellationToken) =>
        GetAsync<ModelEvaluation>($"/models/{Segment(name)}/versions/{version}/artifacts/{ModelEvaluation.FileName}", cancellationToken);

    /// <summary>Opens an artefact of a model version; the caller disposes the response.</summary>
    public Task<HttpResponseMessage> OpenArtifactAsync(string name, int version, string file, CancellationToken cancellationToken) =>
        OpenAsync(
            () =>
                Request(HttpMethod.Get, $"/models/{Segment(name)}/versions/{version}/artifacts/{string.Join('/', file.Split('/').Select(Segment))}"),
            cancellationToken);

    /// <summary>Opens an output file of a batch; the caller disposes the response.</summary>
    public Task<HttpResponseMessage> OpenBatchFileAsync(string id, string file, CancellationToken cancellationToken) =>
        OpenAsync(() => Request(HttpMethod.Get, $"/batches/{Segment(id)}/files/{Segment(file)}"), cancellationToken);

    public void Dispose() => transport.Dispose();

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        ReadAsync<T>(() => Request(HttpMethod.Get, path), cancellationToken);

    private Task<T> SendAsync<T>(
        HttpMethod method, string path, object? body, string? idempotencyKey, CancellationToken cancellationToken) => ReadAsync<T>(
        () =>
        {
            HttpContent? content = null;
            if (body is not null)
            {
                content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, WrnJson.Compact));
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            var request = Request(method, path, content);
            if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
            return request;
        },
        cancellationToken);

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, root + path) { Content = content };
        request.Headers.Add("x-functions-key", key);
        return request;
    }

    private async Task<T> ReadAsync<T>(Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(create, cancellationToken);
        using var stalled = new CancellationTokenSource(LongestBody, Clock);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stalled.Token);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(reading.Token);
            return await JsonSerializer.DeserializeAsync<T>(stream, WrnJson.Compact, reading.Token)
                ?? throw new JsonException("The response is null.");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EndpointUnreachableException(Endpoint, "its response stalled.", e);
        }
        catch (JsonException e)
        {
            var status = (int)response.StatusCode;
            throw new ApiException(new Problem("about:blank", "The response could not be read.", status, e.Message, "answer-unreadable"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new EndpointUnreachableException(Endpoint, e.Message, e);
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        var response = await transport.SendAsync(create, cancellationToken);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw new ApiException(await ProblemReader.ReadAsync(response, cancellationToken));
    }

    private static string Segment(string text) => Uri.EscapeDataString(text);

    private static string CamelCase(JobState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = "";
        foreach (var (name, value) in parameters)
        {
            if (value is not null) query += $"{(query.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
        }

        return query;
    }
}
