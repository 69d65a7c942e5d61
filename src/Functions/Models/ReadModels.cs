using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Hosting;
using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Models;

/// <summary>Reads models and their versions, and deletes versions.</summary>
public sealed class ReadModels(ModelRegistry registry, BlobStore blobs)
{
    private const string List = "models";

    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var marker = PageToken.Read(List, Query.Text(request, "next"));
        var (names, next) = await registry.ListNamesAsync(marker, Query.Number(request, "count", 50, 1, 200), cancellationToken);
        var details = await Task.WhenAll(names.Select(n => registry.FindAsync(n, cancellationToken)));
        var models = details.OfType<ModelDetail>().Where(d => d.Versions.Count > 0).Select(Summarise);
        return Answer.Json(new Page<ModelSummary>([.. models], PageToken.Make(List, next)));
    }

    public async Task<IResult> GetAsync(string name, CancellationToken cancellationToken) =>
        Answer.Json(await registry.FindAsync(name, cancellationToken) ?? throw NotFound("There is no model with this name."));

    public async Task<IResult> GetVersionAsync(string name, int version, CancellationToken cancellationToken) =>
        Answer.Json(await FindAsync(name, version, cancellationToken));

    public async Task<IResult> GetArtifactAsync(string name, int version, string file, CancellationToken cancellationToken)
    {
        var manifest = await FindAsync(name, version, cancellationToken);
        if (manifest.Files.All(f => f.Name != file)) throw NotFound($"The artefacts are {string.Join(", ", manifest.Files.Select(f => f.Name))}.");
        var blob = await blobs.OpenReadAsync(ModelRegistry.ArtifactName(name, version, manifest.Attempt, file), cancellationToken);
        return blob is { } found
            ? Results.Stream(found.Content, found.ContentType, Path.GetFileName(file))
            : throw NotFound("The artefact was deleted.");
    }

    public async Task<IResult> DeleteVersionAsync(string name, int version, CancellationToken cancellationToken)
    {
        await registry.DeleteVersionAsync(name, version, cancellationToken);
        return Results.NoContent();
    }

    private static ModelSummary Summarise(ModelDetail model)
    {
        var latest = model.Versions.FirstOrDefault(v => v.Version == model.Latest);
        return new ModelSummary(
            model.Name,
            model.Latest,
            [.. model.Versions.Select(v => v.Version)],
            model.Aliases,
            latest?.Top1,
            latest?.Architecture,
            latest?.Dataset,
            latest?.TestImages);
    }

    private async Task<ModelVersion> FindAsync(string name, int version, CancellationToken cancellationToken) =>
        await registry.FindVersionAsync(name, version, cancellationToken) ?? throw NotFound("There is no such version.");

    private static WrnException NotFound(string detail) => new(ErrorCatalogue.ModelNotFound, detail);
}
