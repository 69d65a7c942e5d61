using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
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

    private const string Multipart = "multipart/form-data";
    private const string JsonType = "application/json";
    private const int MaxNameLength = 255;

    // image/jpg is not a registered type, but many clients send it for JPEG.
    private static readonly string[] Pictures = ["image/png", "image/jpeg", "image/jpg", "image/webp", "application/octet-stream"];

    public async Task<IResult> HandleAsync(HttpRequest request, string model, CancellationToken cancellationToken)
    {
        var type = RequireForm(request);
        int? version = Query.Text(request, "version") is { } text ? Query.Version(text) : null;
        var alias = Query.Text(request, "alias");
        if (version is not null && alias is not null)
            throw Query.Invalid("'version' and 'alias' both select the version; send one of them.");
        var resolved = await registry.ResolveAsync(model, version, alias, cancellationToken);
        var images = await ReadAsync(request, type, cancellationToken);
        RequireMaxPixels(images);
        var (results, timings) = await classifier.ClassifySoonAsync(resolved, images, cancellationToken);

        // A single picture that can't be decoded fails the request; among several it fails only its item.
        if (results is [{ Error: { } error }])
            throw new WrnException(ErrorCatalogue.All.First(e => e.Code == error.Code), error.Message);
        return Answer.Json(new PredictResponse(resolved.Name, resolved.Version, results, timings));
    }

    // Each picture has its own limit; many large pictures in small files could still keep a core busy for minutes.
    private static void RequireMaxPixels(IReadOnlyList<NamedImage> images)
    {
        if (images.Count < 2) return;
        var pixels = images.Sum(i => ImageDecoder.CountPixels(i.Bytes));
        if (pixels > Classifier.MaxPixels)
            throw new WrnException(
                ErrorCatalogue.ImageTooLarge, $"The pictures have {pixels:N0} pixels in total; a request has at most {Classifier.MaxPixels:N0}.");
    }

    // Checked before any call to the store.
    private static MediaTypeHeaderValue RequireForm(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || request.Headers.ContentEncoding.Count > 0) throw Unsupported();
        var form = FormOf(type);
        if (form is not (Multipart or JsonType) && !Pictures.Contains(form)) throw Unsupported();
        if (form == JsonType) BodyReader.RequireUtf8(type);
        return type;
    }

    private static string FormOf(MediaTypeHeaderValue type) => type.MediaType.ToString().ToLowerInvariant();

    private static async Task<IReadOnlyList<NamedImage>> ReadAsync(
        HttpRequest request, MediaTypeHeaderValue type, CancellationToken cancellationToken)
    {
        var body = await BodyReader.BytesAsync(request.Body, BodyReader.MaxImageBytes, cancellationToken);
        return FormOf(type) switch
        {
            Multipart => await MultipartAsync(body, HeaderUtilities.RemoveQuotes(type.Boundary).Value ?? "", cancellationToken),
            JsonType => Json(body),
            _ => [new NamedImage("body", body)],
        };
    }

    internal static async Task<IReadOnlyList<NamedImage>> MultipartAsync(byte[] body, string boundary, CancellationToken cancellationToken)
    {
        var images = new List<NamedImage>();
        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(body));
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (!IsPicture(section, out var name)) continue;
                if (images.Count == MaxImages) throw TooMany();
                name ??= $"image {images.Count}";
                var bytes = await BodyReader.BytesAsync(section.Body, BodyReader.MaxImageBytes, cancellationToken);
                images.Add(new NamedImage(name[..Math.Min(name.Length, MaxNameLength)], bytes));
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException)
        {
            throw new WrnException(ErrorCatalogue.BodyInvalid, "The multipart body could not be read.", null, e);
        }

        return images.Count > 0
            ? images
            : throw new WrnException(ErrorCatalogue.BodyInvalid, "The body has no pictures: send each as a part with a filename.");
    }

    // Files, and parts with an image type; other form fields are ignored. filename* has the name in Unicode and takes precedence (RFC 6266).
    private static bool IsPicture(MultipartSection section, out string? name)
    {
        var disposition = section.GetContentDispositionHeader();
        name = disposition is null ? null : Text(disposition.FileNameStar) ?? Text(disposition.FileName);
        return name is not null || (MediaTypeHeaderValue.TryParse(section.ContentType, out var type) && Pictures.Contains(FormOf(type)));
    }

    private static string? Text(StringSegment value) => HeaderUtilities.RemoveQuotes(value).Value is { Length: > 0 } text ? text : null;

    internal static List<NamedImage> Json(byte[] body)
    {
        var errors = new List<FieldError>();
        var request = JsonBinder.Bind<PredictRequest>(body, errors);
        var images = request.Images ?? [];
        if (images.Count > MaxImages) throw TooMany();
        if (images.Count == 0 && errors.Count == 0)
            errors.Add(new FieldError("/images", ErrorCatalogue.ValueInvalid.Code, "There are no pictures.", $"1 to {MaxImages}"));
        var decoded = new List<NamedImage>();
        for (var i = 0; i < images.Count; i++)
        {
            if (images[i]?.Data is { } data) decoded.Add(new NamedImage(images[i].Name ?? $"image {i}", data));
            else errors.Add(new FieldError($"/images/{i}/data", ErrorCatalogue.ValueInvalid.Code, "The picture's bytes are missing.", "base64"));
        }

        return errors.Count == 0 ? decoded : throw WrnException.ForFields(errors);
    }

    private static WrnException Unsupported() => new(
        ErrorCatalogue.MediaTypeUnsupported,
        "Send image/png, image/jpeg, image/webp or application/octet-stream for one picture, multipart/form-data or application/json for several.");

    private static WrnException TooMany() =>
        new(ErrorCatalogue.BodyTooLarge, $"A request holds at most {MaxImages} pictures; upload more as a batch.");
}
