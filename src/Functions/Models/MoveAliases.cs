using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Functions.Training;
using WrnCloud.Models;

namespace WrnCloud.Functions.Models;

/// <summary>Moves aliases, to promote and roll back, with optimistic concurrency by If-Match.</summary>
public sealed class MoveAliases(ModelRegistry registry)
{
    public async Task<IResult> GetAsync(HttpRequest request, string model, string alias, CancellationToken cancellationToken)
    {
        var (aliases, etag) = await registry.ReadAliasesAsync(model, cancellationToken);
        if (!aliases.Current.TryGetValue(alias, out var current))
            throw new WrnException(ErrorCatalogue.ModelNotFound, "The model has no such alias.");
        request.HttpContext.Response.Headers.ETag = etag;
        return Answer.Json(current);
    }

    public async Task<IResult> SetAsync(HttpRequest request, string model, string alias, CancellationToken cancellationToken)
    {
        var body = await BodyReader.JsonAsync(request, BodyReader.MaxJsonBytes, cancellationToken);
        var errors = new List<FieldError>();
        var wanted = JsonBinder.Bind<AliasRequest>(body, errors);
        if (wanted.Version is not > 0)
            errors.Add(new FieldError("/version", ErrorCatalogue.ValueInvalid.Code, "The version is required.", "a whole number from 1"));
        if (errors.Count > 0) throw WrnException.ForFields(errors);
        return Answer.Json(await registry.SetAliasAsync(model, alias, wanted.Version!.Value, Caller.Name, IfMatch(request), cancellationToken));
    }

    public async Task<IResult> RemoveAsync(HttpRequest request, string model, string alias, CancellationToken cancellationToken)
    {
        await registry.RemoveAliasAsync(model, alias, IfMatch(request), cancellationToken);
        return Results.NoContent();
    }

    private static string? IfMatch(HttpRequest request) =>
        request.Headers.IfMatch.FirstOrDefault() is { Length: > 0 } etag && etag != "*" ? etag : null;
}
