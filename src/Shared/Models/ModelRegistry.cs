using WrnCloud.Errors;
using WrnCloud.Storage;

namespace WrnCloud.Models;

/// <summary>Published models: reserve a version, publish its manifest once, move aliases. Every step is a conditional write.</summary>
public sealed class ModelRegistry(BlobStore blobs, TimeProvider clock)
{
    private const int HistoryLength = 100;

    /// <summary>The folder of a version's artefacts from one attempt.</summary>
    public static BlobName ArtifactFolder(string model, int version, int attempt) =>
        BlobName.Of(Containers.Models, model, version.ToString(), $"a{attempt}");

    /// <summary>The blob of one artefact.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">The version.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="file">The artefact's name, one or two segments.</param>
    public static BlobName ArtifactName(string model, int version, int attempt, string file) =>
        ArtifactFolder(model, version, attempt).Child(file.Split('/'));

    /// <summary>Reserves the next version for this job, or returns the one that it already has.</summary>
    public async Task<int> ReserveVersionAsync(string model, string jobId, CancellationToken cancellationToken)
    {
        var name = IndexName(model);
        while (true)
        {
            var read = await blobs.ReadJsonWithTagAsync<ModelIndex>(name, cancellationToken);
            var entries = read?.Value.Versions ?? [];
            if (entries.FirstOrDefault(e => e.JobId == jobId) is { } own) return own.Version;
            var version = entries.Count == 0 ? 1 : entries.Max(e => e.Version) + 1;
            var index = (read?.Value ?? new ModelIndex([])) with { Versions = [.. entries, new ModelIndexEntry(version, jobId)] };
            var written = read is null
                ? await blobs.TryCreateJsonAsync(name, index, cancellationToken)
                : await blobs.TryReplaceJsonAsync(name, index, read.Value.Blob.ETag, cancellationToken) is not null;
            if (written) return version;
        }
    }

    /// <summary>Writes the manifest unless there is one; returns the stored one.</summary>
    public async Task<ModelVersion> PublishAsync(ModelVersion manifest, CancellationToken cancellationToken)
    {
        var name = ManifestName(manifest.Name, manifest.Version);
        if (await blobs.TryCreateJsonAsync(name, manifest, cancellationToken)) return manifest;
        return await blobs.ReadJsonAsync<ModelVersion>(name, cancellationToken) ?? manifest;
    }

    /// <summary>One page of the models' names, in order.</summary>
    public Task<(IReadOnlyList<string> Folders, string? Next)> ListNamesAsync(string? continuation, int count, CancellationToken cancellationToken) =>
        blobs.ListFoldersAsync(Containers.Models, null, continuation, count, cancellationToken);

    /// <summary>A model with its published versions, newest first; null when there is no such model.</summary>
    public async Task<ModelDetail?> FindAsync(string model, CancellationToken cancellationToken)
    {
        if (!BlobName.IsSegment(model)) return null;
        if (await blobs.ReadJsonAsync<ModelIndex>(IndexName(model), cancellationToken) is not { } index) return null;
        var live = index.Versions.Where(v => v.DeletedAt is null).Select(v => v.Version).OrderDescending();
        var manifests = await Task.WhenAll(live.Select(v => blobs.ReadJsonAsync<ModelVersion>(ManifestName(model, v), cancellationToken)));
        var versions = manifests.OfType<ModelVersion>().ToList();
        var aliases = (await ReadAliasesAsync(model, cancellationToken)).Aliases.Current;
        return new ModelDetail(
            model, versions.FirstOrDefault(v => v.Parity.Passed)?.Version, aliases.ToDictionary(a => a.Key, a => a.Value.Version), versions);
    }

    /// <summary>A published version; null when there is none or it was deleted.</summary>
    public async Task<ModelVersion?> FindVersionAsync(string model, int version, CancellationToken cancellationToken)
    {
        if (!BlobName.IsSegment(model) || version < 1) return null;
        var index = await blobs.ReadJsonAsync<ModelIndex>(IndexName(model), cancellationToken);
        if (index?.Versions.FirstOrDefault(v => v.Version == version) is not { DeletedAt: null }) return null;
        return await blobs.ReadJsonAsync<ModelVersion>(ManifestName(model, version), cancellationToken);
    }

    /// <summary>The version that serves: the requested one, the alias's, or <c>production</c>'s, else the latest.</summary>
    /// <exception cref="WrnException">No such model, version or alias, or the version's parity check failed.</exception>
    public async Task<ModelVersion> ResolveAsync(string model, int? version, string? alias, CancellationToken cancellationToken)
    {
        if (version is null)
        {
            var aliases = (await ReadAliasesAsync(model, cancellationToken)).Aliases.Current;
            if (alias is not null)
                version = aliases.TryGetValue(alias, out var named) ? named.Version : throw NotFound($"The model '{model}' has no alias '{alias}'.");
            else if (aliases.TryGetValue(ModelAlias.Production, out var production))
                version = production.Version;
            else
                return await LatestAsync(model, cancellationToken)
                    ?? throw NotFound($"There is no model '{model}' with a version that can be served.");
        }

        var manifest = await FindVersionAsync(model, version.Value, cancellationToken)
            ?? throw NotFound($"The model '{model}' has no version {version}.");
        return manifest.Parity.Passed
            ? manifest
            : throw new WrnException(ErrorCatalogue.ModelNotServable, $"Version {version} of '{model}' did not pass the parity check.");
    }

    /// <summary>A model's aliases with the document's ETag (null when there is no document).</summary>
    public async Task<(ModelAliases Aliases, string? ETag)> ReadAliasesAsync(string model, CancellationToken cancellationToken)
    {
        if (!BlobName.IsSegment(model)) return (ModelAliases.Empty, null);
        var read = await blobs.ReadJsonWithTagAsync<ModelAliases>(AliasesName(model), cancellationToken);
        return read is { } document ? (document.Value, document.Blob.ETag) : (ModelAliases.Empty, null);
    }

    /// <summary>
    /// Points an alias at a servable version. With <paramref name="ifMatch"/>, only when the aliases still have that ETag.
    /// When the version is deleted meanwhile, the alias is restored to its previous version, and this throws that the version is not found.
    /// </summary>
    public async Task<ModelAlias> SetAliasAsync(
        string model, string alias, int version, string by, string? ifMatch, CancellationToken cancellationToken)
    {
        if (!BlobName.IsSegment(alias)) throw new WrnException(ErrorCatalogue.NameInvalid, "The alias's name is not allowed.");
        await ResolveAsync(model, version, null, cancellationToken);
        ModelAlias moved = null!;
        ModelAlias? before = null;
        await ChangeAliasesAsync(
            model,
            ifMatch,
            aliases =>
            {
                before = aliases.Current.TryGetValue(alias, out var old) ? old : null;
                moved = new ModelAlias(alias, version, clock.GetUtcNow(), by, before?.Version);
                var current = new Dictionary<string, ModelAlias>(aliases.Current) { [alias] = moved };
                return aliases with { Current = current, History = [.. aliases.History.TakeLast(HistoryLength - 1), moved] };
            },
            cancellationToken);

        // A deletion marks the index first and then checks the aliases; this does the opposite, so that one of the two always gives way.
        if (await FindVersionAsync(model, version, cancellationToken) is not null) return moved;
        await ChangeAliasesAsync(model, null, aliases => Without(aliases, moved, before), cancellationToken);
        throw NotFound($"The model '{model}' has no version {version}.");
    }

    /// <summary>Removes an alias; no error when there is none.</summary>
    public Task RemoveAliasAsync(string model, string alias, string? ifMatch, CancellationToken cancellationToken) => ChangeAliasesAsync(
        model,
        ifMatch,
        aliases => aliases.Current.ContainsKey(alias) ? aliases with { Current = aliases.Current.Where(a => a.Key != alias).ToDictionary() } : null,
        cancellationToken);

    /// <summary>
    /// Deletes a version that no alias names: marks it in the index first, then deletes its blobs. A repeated call deletes what an earlier one left.
    /// </summary>
    /// <exception cref="WrnException"><c>model-not-found</c>: never published. <c>in-use</c>: an alias names it.</exception>
    public async Task DeleteVersionAsync(string model, int version, CancellationToken cancellationToken)
    {
        if (!BlobName.IsSegment(model)) throw NotFound("There is no such model.");
        await RequireUnnamedAsync(model, version, cancellationToken);
        var marked = await TryMarkDeletedAsync(model, version, cancellationToken);
        try
        {
            // Check again: from now on a new alias would be rolled back.
            await RequireUnnamedAsync(model, version, cancellationToken);
        }
        catch (WrnException) when (marked)
        {
            await ChangeIndexAsync(model, e => e.Version == version ? e with { DeletedAt = null } : e, cancellationToken);
            throw;
        }

        await blobs.DeleteAsync(ManifestName(model, version), cancellationToken);
        await foreach (var path in blobs.ListAsync(Containers.Models, $"{model}/{version}/", cancellationToken))
            await blobs.DeleteAsync(BlobName.Of(Containers.Models, path.Split('/')), cancellationToken);
    }

    private async Task RequireUnnamedAsync(string model, int version, CancellationToken cancellationToken)
    {
        if ((await ReadAliasesAsync(model, cancellationToken)).Aliases.Current.Values.FirstOrDefault(a => a.Version == version) is { } holder)
            throw new WrnException(ErrorCatalogue.InUse, $"The alias '{holder.Name}' names version {version} of '{model}'.");
    }

    // False when the version was already marked.
    private async Task<bool> TryMarkDeletedAsync(string model, int version, CancellationToken cancellationToken)
    {
        var index = await blobs.ReadJsonAsync<ModelIndex>(IndexName(model), cancellationToken);
        if (index?.Versions.FirstOrDefault(v => v.Version == version) is not { } entry)
            throw NotFound($"The model '{model}' has no version {version}.");
        if (entry.DeletedAt is not null) return false;
        if (!await blobs.ExistsAsync(ManifestName(model, version), cancellationToken))
            throw NotFound($"Version {version} of '{model}' is not published.");
        await ChangeIndexAsync(model, e => e.Version == version ? e with { DeletedAt = e.DeletedAt ?? clock.GetUtcNow() } : e, cancellationToken);
        return true;
    }

    private async Task ChangeIndexAsync(string model, Func<ModelIndexEntry, ModelIndexEntry> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await blobs.ReadJsonWithTagAsync<ModelIndex>(IndexName(model), cancellationToken) is not { } read)
                throw NotFound($"There is no model '{model}'.");
            var index = read.Value with { Versions = [.. read.Value.Versions.Select(change)] };
            if (await blobs.TryReplaceJsonAsync(IndexName(model), index, read.Blob.ETag, cancellationToken) is not null) return;
        }
    }

    // Null when the alias has been moved since.
    private static ModelAliases? Without(ModelAliases aliases, ModelAlias moved, ModelAlias? before)
    {
        if (!aliases.Current.TryGetValue(moved.Name, out var current) || current.Version != moved.Version) return null;
        var others = aliases.Current.Where(a => a.Key != moved.Name).ToDictionary();
        if (before is not null) others[moved.Name] = before;
        return aliases with { Current = others, History = [.. aliases.History.Where(h => h != current)] };
    }

    private async Task<ModelVersion?> LatestAsync(string model, CancellationToken cancellationToken)
    {
        if (!BlobName.IsSegment(model)) return null;
        var index = await blobs.ReadJsonAsync<ModelIndex>(IndexName(model), cancellationToken);
        var newestFirst = index?.Versions.Where(v => v.DeletedAt is null).OrderByDescending(v => v.Version);
        foreach (var entry in newestFirst ?? Enumerable.Empty<ModelIndexEntry>())
        {
            var manifest = await blobs.ReadJsonAsync<ModelVersion>(ManifestName(model, entry.Version), cancellationToken);
            if (manifest is { Parity.Passed: true }) return manifest;
        }

        return null;
    }

    private async Task ChangeAliasesAsync(
        string model, string? ifMatch, Func<ModelAliases, ModelAliases?> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (aliases, etag) = await ReadAliasesAsync(model, cancellationToken);
            if (ifMatch is not null && ifMatch != etag)
                throw new WrnException(ErrorCatalogue.PreconditionFailed, $"The aliases of '{model}' have changed.");
            if (change(aliases) is not { } changed) return;
            var written = etag is null
                ? await blobs.TryCreateJsonAsync(AliasesName(model), changed, cancellationToken)
                : await blobs.TryReplaceJsonAsync(AliasesName(model), changed, etag, cancellationToken) is not null;
            if (written) return;
        }
    }

    private static WrnException NotFound(string detail) => new(ErrorCatalogue.ModelNotFound, detail);

    private static BlobName IndexName(string model) => BlobName.Of(Containers.Models, model, "index.json");

    private static BlobName AliasesName(string model) => BlobName.Of(Containers.Models, model, "aliases.json");

    private static BlobName ManifestName(string model, int version) => BlobName.Of(Containers.Models, model, version.ToString(), "manifest.json");
}
