using System.Net;
using WrnCloud.Errors;
using WrnCloud.Uploads;

namespace WrnCloud.Cli.Api;

/// <summary>Puts files to the URLs of an upload ticket. The API's key never goes there: the URL is the permission.</summary>
internal static class BlobUploader
{
    /// <summary>Puts one file. False when it was there already, which after a lost answer is our own write.</summary>
    public static Task<bool> PutAsync(UploadTarget target, ReadOnlyMemory<byte> bytes, TimeProvider clock, CancellationToken cancellationToken) =>
        PutAsync(target, bytes.Length, () => new ReadOnlyMemoryContent(bytes), clock, cancellationToken);

    /// <summary>Puts one file that is made anew for each attempt, so that a large one need not be in memory.</summary>
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
                Detail = $"The upload of '{target.Name}' was refused: {Explain(response, problem)}",
                Code = ErrorCatalogue.Unavailable.Code,
            });
    }

    // A create-only URL answers 403 to a second write; other services and emulators answer by the If-None-Match condition.
    private static bool IsThere(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed
        || (response.Headers.TryGetValues("x-ms-error-code", out var codes) && codes.Contains("UnauthorizedBlobOverwrite"));

    private static string Explain(HttpResponseMessage response, Problem problem) => response.StatusCode == HttpStatusCode.Forbidden
        ? "its URL has expired or does not allow it. Start the upload again."
        : problem.Detail;
}
