using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Models;

namespace WrnCloud.Jobs;

/// <summary>Finds the version that a run is to start from and checks that it fits.</summary>
internal static class InitResolver
{
    private const string Pointer = "/init/from";

    /// <summary>The start, pinned; null when the request names none or something is wrong, which is then added to the errors.</summary>
    public static async Task<ResolvedInit?> ResolveAsync(
        InitRequest? init, NetworkSpec? spec, DatasetManifest? dataset, ModelRegistry models, List<FieldError> errors, CancellationToken cancellationToken)
    {
        if (init is null || TrainingRequestValidator.Missing(Pointer, init.From, errors)) return null;
        if (!ModelReference.TryParse(init.From!, out var reference, out var problem))
        {
            errors.Add(new FieldError(Pointer, ErrorCatalogue.NameInvalid.Code, problem, "NAME@VERSION, NAME:ALIAS or NAME"));
            return null;
        }

        ModelVersion version;
        try
        {
            version = await models.ResolveAsync(reference.Name, reference.Version, reference.Alias, cancellationToken);
        }
        catch (WrnException e)
        {
            errors.Add(new FieldError(Pointer, e.Error.Code, e.Message, e.Error.Remedy));
            return null;
        }

        if (spec is null || dataset is null) return null;
        if (version.Architecture != spec.Name)
            errors.Add(Unfit($"{version.Name}@{version.Version} is a {version.Architecture}, the request's network a {spec.Name}.", $"a version of a {spec.Name}"));
        else if (version.Files.FirstOrDefault(f => f.Name == ArtifactFile.Weights) is { } weights)
            return new ResolvedInit(version.Name, version.Version, weights.Sha256, !version.Classes.SequenceEqual(dataset.Classes), init.Freeze ?? Freeze.None);
        else
            errors.Add(Unfit($"{version.Name}@{version.Version} was published without {ArtifactFile.Weights}.", $"a version with {ArtifactFile.Weights}"));
        return null;
    }

    private static FieldError Unfit(string detail, string allowed) => new(Pointer, ErrorCatalogue.InitInvalid.Code, detail, allowed);
}
