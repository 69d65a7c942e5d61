using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Images;
using WrnCloud.Models;
using WrnCloud.Scoring;

namespace WrnCloud.Functions.Scoring;

/// <summary>Classifies the pictures of one request: raw bytes, multipart of several, or JSON with base64.</summary>
public sealed class PredictImages(ModelRegistry registry, Classifier classifier)
{
    public const int MaxImages = 64;

    public async Task<IResult> HandleAsync(HttpRequest request, string model, CancellationToken cancellationToken)
    {
        int? version = Query.Text(request, "version") is { } text ? Query.Version(text) : null;
        var resolved = await registry.ResolveAsync(model, version, Query.Text(request, "alias"), cancellationToken);
        var images = await ReadAsync(request, cancellationToken);
        RequireModest(images);
        var (results, timings) = await classifier.ClassifyAsync(resolved, images, cancellationToken);

        // A single picture that can't be decoded is the request's failure; among several it is one item's.
        if (results is [{ Error: { } error }])
            throw new WrnException(ErrorCatalogue.All.First(e => e.Code == error.Code), error.Message);
        return Answer.Json(new PredictResponse(resolved.Name, resolved.Version, results, timings));
    }

    // Each picture has its own limit; many that are nearly empty, but wide, would still keep a core busy for minutes.
    private static void RequireModest(IReadOnlyList<NamedImage> images)
    {
        if (images.Count < 2) return;
        var pixels = images.Sum(i => ImageDecoder.CountPixels(i.Bytes));
        if (pixels > Classifier.MaxPixels)
            throw new WrnException(ErrorCatalogue.ImageTooLarge, $"The pictures have {pixels:N0} pixels altogether; a request takes at most {Classifier.MaxPixels:N0}.");
    }

    private static async Task<IReadOnlyList<NamedImage>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || request.Headers.ContentEncoding.Count > 0)
            throw Unsupported();
        var body = await BodyReader.BytesAsync(request.Body, BodyReader.MaxImageBytes, cancellationToken);
        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return await MultipartAsync(body, HeaderUtilities.RemoveQuotes(type.Boundary).Value ?? "", cancellationToken);
        if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)) return Json(body);
        if (type.Type.Equals("image", StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase))
            return [new NamedImage("body", body)];
        throw Unsupported();
    }

    private static async Task<IReadOnlyList<NamedImage>> MultipartAsync(byte[] body, string boundary, CancellationToken cancellationToken)
    {
        var images = new List<NamedImage>();
        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(body));
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (images.Count == MaxImages) throw TooMany();
                var name = section.GetContentDispositionHeader()?.FileName.Value is { Length: > 0 } file ? HeaderUtilities.RemoveQuotes(file).Value! : $"image {images.Count}";
                images.Add(new NamedImage(name[..Math.Min(name.Length, 255)], await BodyReader.BytesAsync(section.Body, BodyReader.MaxImageBytes, cancellationToken)));
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException)
        {
            throw new WrnException(ErrorCatalogue.BodyInvalid, "The multipart body could not be read.", null, e);
        }

        return images.Count > 0 ? images : throw new WrnException(ErrorCatalogue.BodyInvalid, "The body holds no picture.");
    }

    private static List<NamedImage> Json(byte[] body)
    {
        var errors = new List<FieldError>();
        var request = JsonBinder.Bind<PredictRequest>(body, errors);
        var images = request.Images ?? [];
        if (images.Count > MaxImages) throw TooMany();
        if (images.Count == 0) errors.Add(new FieldError("/images", ErrorCatalogue.ValueInvalid.Code, "There is no picture.", $"1 to {MaxImages}"));
        var decoded = new List<NamedImage>();
        for (var i = 0; i < images.Count; i++)
        {
            if (images[i]?.Data is { } data) decoded.Add(new NamedImage(images[i].Name ?? $"image {i}", data));
            else errors.Add(new FieldError($"/images/{i}/data", ErrorCatalogue.ValueInvalid.Code, "The picture's bytes are missing.", "base64"));
        }

        return errors.Count == 0 ? decoded : throw WrnException.ForFields(errors);
    }

    private static WrnException Unsupported() => new(
        ErrorCatalogue.MediaTypeUnsupported, "Send image/png, image/jpeg, image/webp or application/octet-stream for one picture, multipart/form-data or application/json for several.");

    private static WrnException TooMany() => new(ErrorCatalogue.BodyTooLarge, $"A request holds at most {MaxImages} pictures; upload more as a batch.");
}
