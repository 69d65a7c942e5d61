using System.Net;
using WrnCloud.Errors;
using WrnCloud.Uploads;

namespace WrnCloud.Cli.Api;

/// <summary>Uploads files to the URLs of an upload ticket. The API's key is never sent there: the URL is the permission.</summary>
internal static class BlobUploader
{
    /// <summary>Uploads one file. False when it already exists, which after a lost response is this client's own write.</summary>
    public static Task<bool> PutAsync(UploadTarget target, ReadOnlyMemory<byte> bytes, TimeProvider clock, CancellationToken cancellationToken) =>
        PutAsync(target, bytes.Length, () => new ReadOnlyMemoryContent(bytes), clock, cancellationToken);

    /// <summary>Uploads one file whose content is created again for each attempt, so that a large file need not be in memory.</summary>
    public static async Task<bool> PutAsync(
        UploadTarget target, long length, Func<HttpContent> content, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var transport = new ApiTransport(target.Url, clock, length);
        using var response = await transport.SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Put, target.Url) { Content = content() };
                request.Headers.Add("x-ms-blob-type", "BlockBlob");
                request.Headers.Add("If-None-Match", "*");
                return request;
            },
            cancellationToken);
        if (response.IsSuccessStatusCode) return true;
        if (IsThere(response)) return false;
        var problem = await ProblemReader.ReadAsync(response, cancellationToken);
        throw new ApiException(
            problem with
            {
                Detail = $"The upload of '{target.Name}' was rejected: {Explain(response, problem)}",
                Code = ErrorCatalogue.Unavailable.Code,
            });
    }

    // A create-only URL gives 403 for a second write; other services and emulators apply the If-None-Match condition.
    private static bool IsThere(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed
        || (response.Headers.TryGetValues("x-ms-error-code", out var codes) && codes.Contains("UnauthorizedBlobOverwrite"));

    private static string Explain(HttpResponseMessage response, Problem problem) => response.StatusCode == HttpStatusCode.Forbidden
        ? "its URL has expired or does not allow it. Start the upload again."
        : problem.Detail;
}
