using Microsoft.AspNetCore.Http;
using WrnCloud.Batches;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Functions.Weights;
using WrnCloud.Hosting;
using WrnCloud.Models;
using WrnCloud.Storage;
using WrnCloud.Uploads;
using WrnCloud.Weights;

namespace WrnCloud.Functions.Uploads;

/// <summary>Issues create-only URLs, one for each file: uploads go straight to the store, never through a function.</summary>
public sealed class GrantUpload(
    BlobStore blobs, DatasetCatalog datasets, CheckUploads uploads, ModelRegistry models, WeightsCatalog weights, WriteUrls urls, IIdSource ids)
{
    private const int MaxFiles = 1000;

    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await BodyReader.JsonAsync(request, BodyReader.MaxUploadRequestBytes, cancellationToken);
        var errors = new List<FieldError>();
        var upload = JsonBinder.Bind<UploadRequest>(body, errors);
        Check(upload, errors);
        if (errors.Count > 0) throw WrnException.ForFields(errors);
        var ticket = upload.Kind switch
        {
            UploadKind.Batch => await ForBatchAsync(upload.Name!, upload.Files![0], cancellationToken),
            UploadKind.Weights => await ForWeightsAsync(upload.Name!, upload.Files![0], cancellationToken),
            _ => await ForDatasetAsync(upload.Name!, upload.Files!, cancellationToken),
        };
        return Answer.Json(ticket, StatusCodes.Status201Created);
    }

    internal static void Check(UploadRequest upload, List<FieldError> errors)
    {
        if (upload.Kind is null)
            errors.Add(new FieldError("/kind", ErrorCatalogue.ValueInvalid.Code, "The kind is required.", "batch, dataset, weights"));
        var isName = upload.Kind == UploadKind.Weights ? WeightsCatalog.IsName(upload.Name) : BlobName.IsSegment(upload.Name);
        if (!isName)
            errors.Add(new FieldError("/name", ErrorCatalogue.NameInvalid.Code, "The name is not allowed.", ErrorCatalogue.NameInvalid.Remedy));
        var files = upload.Files ?? [];
        var most = upload.Kind is UploadKind.Batch or UploadKind.Weights ? 1 : MaxFiles;
        var unread = errors.Any(e => e.Pointer.StartsWith("/files", StringComparison.Ordinal));
        if (!unread && (files.Count < 1 || files.Count > most))
        {
            var found = files.Count == 0 ? "There is no file." : $"There are {files.Count} files.";
            errors.Add(new FieldError("/files", ErrorCatalogue.ValueInvalid.Code, found, $"1 to {most}"));
        }

        var names = new HashSet<string>();
        for (var i = 0; i < Math.Min(files.Count, MaxFiles) && errors.Count < JsonBinder.MaxErrors; i++)
        {
            Check(files[i], upload.Kind, $"/files/{i}", errors);
            if (files[i]?.Name is { } name && !names.Add(name))
                errors.Add(new FieldError($"/files/{i}/name", ErrorCatalogue.ValueInvalid.Code, "An earlier file has this name.", "each name once"));
        }

        if (upload.Kind == UploadKind.Dataset && files.Count > 0 && files.All(f => f?.Name != DatasetManifest.FileName))
            errors.Add(
                new FieldError("/files", ErrorCatalogue.ValueInvalid.Code, "A data set needs a manifest, uploaded last.", DatasetManifest.FileName));
    }

    private static void Check(ArtifactFile? file, UploadKind? kind, string pointer, List<FieldError> errors)
    {
        if (!BlobName.IsSegment(file?.Name))
            errors.Add(
                new FieldError($"{pointer}/name", ErrorCatalogue.NameInvalid.Code, "The name is not allowed.", ErrorCatalogue.NameInvalid.Remedy));
        var max = kind switch
        {
            UploadKind.Batch => BatchLimits.MaxInputBytes,
            UploadKind.Weights => WeightsFile.MaxBytes,
            _ => file?.Name == DatasetManifest.FileName ? DatasetManifest.MaxBytes : DatasetManifest.MaxFileBytes,
        };
        if (file is null || file.Length < 1 || file.Length > max)
            errors.Add(new FieldError($"{pointer}/length", ErrorCatalogue.ValueInvalid.Code, "The length is out of range.", $"1 to {max}"));
        if (file?.Sha256 is not { Length: 64 } hash || !hash.All(char.IsAsciiHexDigitLower))
            errors.Add(new FieldError($"{pointer}/sha256", ErrorCatalogue.ValueInvalid.Code, "The hash is wrong.", "64 lower-case hex characters"));
    }

    private async Task<UploadTicket> ForBatchAsync(string model, ArtifactFile file, CancellationToken cancellationToken)
    {
        await models.ResolveAsync(model, null, null, cancellationToken);
        var id = $"{ids.NewWriteId()}{ids.NewWriteId()}"[..24];
        var input = BlobName.Of(Containers.BatchInput, model, id, file.Name);
        await blobs.TryCreateJsonAsync(BatchNames.Ticket(id), new BatchTicket(id, model, input.Path, file.Length, file.Sha256), cancellationToken);
        var (url, expiresAt) = await urls.CreateOnlyAsync(input, cancellationToken);
        return new UploadTicket([new UploadTarget(file.Name, url)], expiresAt, id);
    }

    private async Task<UploadTicket> ForWeightsAsync(string name, ArtifactFile file, CancellationToken cancellationToken)
    {
        if (await weights.FindAsync(name, cancellationToken) is { } standing)
            return standing.File?.Sha256 == file.Sha256 ? new UploadTicket([], urls.Now) : throw ImportWeights.Taken(standing);
        var (url, expiresAt) = await urls.CreateOnlyAsync(WeightsCatalog.UploadName(name, file.Sha256), cancellationToken);
        return new UploadTicket([new UploadTarget(file.Name, url)], expiresAt);
    }

    // Correct files of an earlier try need no new upload, nor does any file of a complete data set.
    private async Task<UploadTicket> ForDatasetAsync(string name, IReadOnlyList<ArtifactFile> files, CancellationToken cancellationToken)
    {
        var existing = await datasets.FindAsync(name, cancellationToken);
        if (existing is not null)
        {
            var offered = files.Where(f => f.Name != DatasetManifest.FileName).ToDictionary(f => f.Name, f => f.Sha256);
            var same = existing.OwnFiles.Count() == offered.Count
                && existing.OwnFiles.All(f => offered.TryGetValue(f.Name, out var hash) && hash == f.Sha256);
            if (!same) throw new WrnException(ErrorCatalogue.AlreadyExists, $"A data set '{name}' with other content exists.");
        }

        var targets = new List<UploadTarget>();
        var expiresAt = urls.Now;
        foreach (var file in files)
        {
            var isManifest = file.Name == DatasetManifest.FileName;
            var isKept = isManifest
                ? existing is not null
                : await uploads.IsThereAsync(name, file.Name, file.Length, file.Sha256, cancellationToken) is { } isSame
                    && IsKept(name, file.Name, isSame);
            if (isKept) continue;
            (var url, expiresAt) = await urls.CreateOnlyAsync(DatasetCatalog.FileName(name, file.Name), cancellationToken);
            targets.Add(new UploadTarget(file.Name, url));
        }

        return new UploadTicket(targets, expiresAt);
    }

    // URLs create, they never replace. An existing file may belong to another push in progress or to an interrupted one; there is no telling.
    private static bool IsKept(string dataset, string file, bool isSame) => isSame ? true : throw new WrnException(
        ErrorCatalogue.AlreadyExists,
        $"Another push under the name '{dataset}' is in progress or was interrupted: {file} exists with other content. "
            + "Delete the data set first, or choose another name.");
}
