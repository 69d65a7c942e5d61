using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Functions.Training;
using WrnCloud.Jobs;
using WrnCloud.Storage;
using WrnCloud.Weights;

namespace WrnCloud.Functions.Weights;

/// <summary>
/// Accepts an import: validates it, checks that the file was uploaded, then continues like <see cref="AcceptJobs"/>. For a file that was already
/// imported it returns the job that imported it.
/// </summary>
public sealed class ImportWeights(WeightsCatalog catalog, JobStore jobs, BlobStore blobs, AcceptJobs accept, TimeProvider clock)
{
    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await BodyReader.JsonAsync(request, BodyReader.MaxJsonBytes, cancellationToken);
        var key = IdempotencyStore.KeyOf(request);
        var errors = new List<FieldError>();
        var asked = JsonBinder.Bind<WeightsImportRequest>(body, errors);
        var import = WeightsImportValidator.Resolve(asked, errors);
        if (await catalog.FindAsync(import.Name, cancellationToken) is { } standing)
        {
            if (standing.ImportHash != import.Hash) throw Taken(standing);
            if (await jobs.ReadAsync(standing.JobId ?? "", cancellationToken) is { } imported) return AcceptJobs.Accepted(request, imported.Job);
        }
        else
        {
            await RequireUploadAsync(import, cancellationToken);
        }

        var now = clock.GetUtcNow();
        var traceParent = Activity.Current?.Id;
        var job = await accept.HandleAsync(
            key, asked, now, id => JobTransitions.Accept(id, Caller.Name, import, now) with { TraceParent = traceParent }, cancellationToken);
        return AcceptJobs.Accepted(request, job);
    }

    /// <summary>The error for a name that belongs to other weights.</summary>
    internal static WrnException Taken(WeightsManifest standing) => new(
        ErrorCatalogue.AlreadyExists,
        standing.File is null ? $"The weights '{standing.Name}' are built in." : $"Weights '{standing.Name}' with other content exist.");

    // The trainer checks the hash, because it reads every byte anyway.
    private async Task RequireUploadAsync(WeightsImport import, CancellationToken cancellationToken)
    {
        var name = WeightsCatalog.UploadName(import.Name, import.File.Sha256);
        if (await blobs.LengthAsync(name, cancellationToken) is not { } length)
            throw new WrnException(
                ErrorCatalogue.UploadMismatch, $"The file '{import.File.Name}' of the weights '{import.Name}' has not been uploaded.");
        if (length == import.File.Length) return;

        // Its URL creates and never replaces: a wrong upload has to make room.
        await blobs.DeleteAsync(name, cancellationToken);
        var found = $"The uploaded file has {length:N0} bytes; {import.File.Length:N0} were declared. Upload it again.";
        throw new WrnException(ErrorCatalogue.UploadMismatch, found);
    }
}
