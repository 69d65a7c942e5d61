using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Images;
using WrnCloud.Models;
using WrnCloud.Weights;

namespace WrnCloud.Jobs;

/// <summary>Finds the weights that a run is to start from and checks that they fit.</summary>
internal static class InitResolver
{
    private const string Pointer = "/init/from";

    /// <summary>The starting weights that the request names; null when it names none, or when they are invalid, which adds to the errors.</summary>
    public static async Task<InitSource?> FindAsync(
        InitRequest? init, ModelRegistry models, WeightsCatalog sets, List<FieldError> errors, CancellationToken cancellationToken)
    {
        if (init is null || TrainingRequestValidator.Missing(Pointer, init.From, errors)) return null;
        if (await sets.FindAsync(init.From, cancellationToken) is { } set)
        {
            var start = new ResolvedInit(set.Name, null, set.Sha256, true, default) { Source = $"{set.Source}, {set.Licence}" };
            return new InitSource(set.Network, set.Classes, start) { View = set.View, IsFolded = set.Folded == true };
        }

        if (!ModelReference.TryParse(init.From!, out var reference, out var problem))
        {
            errors.Add(new FieldError(Pointer, ErrorCatalogue.NameInvalid.Code, problem, "NAME@VERSION, NAME:ALIAS or NAME"));
            return null;
        }

        try
        {
            var version = await models.ResolveAsync(reference.Name, reference.Version, reference.Alias, cancellationToken);
            if (version.Files.FirstOrDefault(f => f.Name == ArtifactFile.Weights) is { } file)
            {
                var start = new ResolvedInit(version.Name, version.Version, file.Sha256, true, default);
                return new InitSource(version.Architecture, version.Classes, start);
            }

            errors.Add(
                Mismatch(
                    $"{version.Name}@{version.Version} was published without {ArtifactFile.Weights}.", $"a version with {ArtifactFile.Weights}"));
        }
        catch (WrnException e)
        {
            errors.Add(new FieldError(Pointer, e.Error.Code, e.Message, e.Error.Remedy));
        }

        return null;
    }

    /// <summary>The start, pinned; null when there is none or it does not fit, which is then added to the errors.</summary>
    public static ResolvedInit? Resolve(
        InitSource? source, Freeze? freeze, NetworkSpec? spec, DatasetManifest? dataset, TrainingSettings? settings, List<FieldError> errors)
    {
        if (source is null || spec is null || dataset is null) return null;
        if (source.IsFolded && settings is { Method: not TrainingMethod.Head })
        {
            var folded = $"The batch normalisation of {source.Start.Name} was folded into its convolutions before the export: "
                + "its features can be used, but it can't be trained further.";
            errors.Add(Mismatch(folded, $"{PhotoRecipes.Quick}, or weights with their batch normalisation"));
            return null;
        }

        if (source.Network == spec.Name)
            return source.Start with { NewHead = source.Classes?.SequenceEqual(dataset.Classes) != true, Freeze = freeze ?? Freeze.None };
        errors.Add(Mismatch($"{source.Start.Name} is a {source.Network}, the request's network a {spec.Name}.", $"weights of a {spec.Name}"));
        return null;
    }

    private static FieldError Mismatch(string detail, string allowed) => new(Pointer, ErrorCatalogue.InitInvalid.Code, detail, allowed);
}

/// <summary>Weights that were found.</summary>
/// <param name="Network">The network that they are of.</param>
/// <param name="Classes">The classes of their classifier, by index; null without one.</param>
/// <param name="Start">The start, but for what depends on the request.</param>
internal sealed record InitSource(string Network, IReadOnlyList<string>? Classes, ResolvedInit Start)
{
    /// <summary>The view of a picture that they were made for; null where any will do.</summary>
    public ImageView? View { get; init; }

    /// <summary>They can't be trained further.</summary>
    public bool IsFolded { get; init; }
}
