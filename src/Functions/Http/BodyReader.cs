using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using WrnCloud.Errors;

namespace WrnCloud.Functions.Http;

/// <summary>Reads whole bodies, within a limit that also holds with a false or missing Content-Length.</summary>
public static class BodyReader
{
    public const int MaxJsonBytes = 64 * 1024;
    public const int MaxImageBytes = 8 * 1024 * 1024;
    public const int MaxUploadRequestBytes = 1024 * 1024;

    /// <summary>Reads the body, after checking that it is declared as JSON in UTF-8.</summary>
    public static async Task<byte[]> JsonAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType() || request.Headers.ContentEncoding.Count > 0)
            throw new WrnException(ErrorCatalogue.MediaTypeUnsupported, "Send the body as application/json, not encoded.");
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) RequireUtf8(type);
        return await BytesAsync(request.Body, maxBytes, cancellationToken);
    }

    /// <summary>Rejects JSON in an encoding other than UTF-8, the only one for exchanged JSON (RFC 8259, section 8.1).</summary>
    public static void RequireUtf8(MediaTypeHeaderValue type)
    {
        var charset = HeaderUtilities.RemoveQuotes(type.Charset).Value;
        if (string.IsNullOrEmpty(charset) || charset.ToLowerInvariant() is "utf-8" or "utf8") return;
        throw new WrnException(ErrorCatalogue.MediaTypeUnsupported, "JSON must be in UTF-8: send charset=utf-8, or none.");
    }

    /// <summary>Reads to the end of a stream, or stops at the limit with an error.</summary>
    public static async Task<byte[]> BytesAsync(Stream body, int maxBytes, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (true)
        {
            var read = await body.ReadAsync(chunk, cancellationToken);
            if (read == 0) return buffer.ToArray();
            if (buffer.Length + read > maxBytes) throw new WrnException(ErrorCatalogue.BodyTooLarge, $"The body is larger than {maxBytes:N0} bytes.");
            buffer.Write(chunk, 0, read);
        }
    }
}
