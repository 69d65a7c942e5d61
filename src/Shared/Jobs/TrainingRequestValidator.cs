using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Models;
using WrnCloud.Storage;
using WrnCloud.Weights;

namespace WrnCloud.Jobs;

/// <summary>Checks a request and makes everything in it explicit. Every wrong field is reported at once.</summary>
public sealed class TrainingRequestValidator(DatasetCatalog datasets, ModelRegistry models, WeightsCatalog weights)
{
    /// <summary>Largest seed: a whole number that JavaScript clients can hold.</summary>
    public const long MaxSeed = (1L << 53) - 1;

    /// <summary>The resolved request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="errors">What is known to be wrong already; the rest is added.</param>
    /// <param name="cancellationToken">Ends the look-ups of the data set and of the starting weights.</param>
    /// <exception cref="WrnException">Something is wrong: every wrong field is in it.</exception>
    public async Task<ResolvedTraining> ResolveAsync(TrainingRequest request, List<FieldError> errors, CancellationToken cancellationToken)
    {
        var dataset = await ResolveDatasetAsync(request.Dataset, errors, cancellationToken);
        var recipe = ResolveRecipe(string.IsNullOrEmpty(request.Recipe) ? DefaultRecipe(request, dataset) : request.Recipe, errors);
        var start = request.Init ?? recipe?.Init;
        var source = await InitResolver.FindAsync(start, models, weights, errors, cancellationToken);
        var spec = ResolveNetwork(string.IsNullOrEmpty(request.Model) ? recipe?.Model ?? source?.Network : request.Model, errors);
        if (request.DryRun != true && recipe is { Runs: false })
            errors.Add(new FieldError("/recipe", ErrorCatalogue.NotRun.Code, $"{recipe.Name} is resolved, not run.", ErrorCatalogue.NotRun.Remedy));
        var settings = SettingResolver.Resolve(recipe?.Settings, request.Overrides, errors);
        spec = ImageSizeResolver.Resolve(spec, request.ImageSize, source?.View, dataset, settings, errors);
        var init = InitResolver.Resolve(source, start?.Freeze ?? recipe?.Init?.Freeze, spec, dataset, settings, errors);
        if (request.Seed is < 0 or > MaxSeed) errors.Add(OutOfRange("/seed", request.Seed, $"0 to {MaxSeed}"));
        if (request.MaxMinutes is < 1 or > 10_080) errors.Add(OutOfRange("/maxMinutes", request.MaxMinutes, "1 to 10080"));
        if (request.Minutes is < 1 or > 10_080) errors.Add(OutOfRange("/minutes", request.Minutes, "1 to 10080"));
        if (request.PublishAs is not null && !BlobName.IsSegment(request.PublishAs))
            errors.Add(new FieldError("/publishAs", ErrorCatalogue.NameInvalid.Code, "The name is not allowed.", ErrorCatalogue.NameInvalid.Remedy));
        if (errors.Count > 0 || spec is null || settings is null || dataset is null) throw WrnException.ForFields(errors);

        var classes = dataset.Classes.Count;
        return new ResolvedTraining(
            spec.Name,
            request.PublishAs ?? (settings.Method == TrainingMethod.Auto ? dataset.Name : DefaultName(dataset.Name, spec)),
            dataset.Name,
            dataset.DatasetHash,
            classes,
            recipe!.Name,
            settings,
            request.Seed ?? 1,
            request.MaxMinutes,
            spec.ParameterCount(classes),
            spec.MultiplyAccumulates(classes),
            TrainingMemory.Of(spec, classes, settings, init?.Freeze ?? Freeze.None).Total)
        {
            Init = init,
            Minutes = request.Minutes,
            Images = dataset.Images,
            ImageSize = spec.ImageSize,
            Resize = recipe.KeepsMiddle ? ImageSizeResolver.Resize(spec, dataset, source?.View) : null,
        };
    }

    internal static FieldError OutOfRange(string pointer, object? value, string allowed) =>
        new(pointer, ErrorCatalogue.ValueInvalid.Code, $"{value} is out of range.", allowed);

    private static string? DefaultRecipe(TrainingRequest request, DatasetManifest? dataset)
    {
        if (dataset is not { Format: DatasetFormat.ImageFolder } || request.Model is not null || request.Init is not null) return null;
        return PhotoRecipes.Auto;
    }

    private static NetworkSpec? ResolveNetwork(string? model, List<FieldError> errors)
    {
        if (Missing("/model", model, errors)) return null;
        if (NetworkSpec.TryParse(model, out var spec, out var problem)) return spec;
        errors.Add(new FieldError("/model", ErrorCatalogue.SpecInvalid.Code, problem, NetworkSpec.Forms));
        return null;
    }

    private static Recipe? ResolveRecipe(string? name, List<FieldError> errors)
    {
        if (Missing("/recipe", name, errors)) return null;
        if (Recipes.Find(name) is { } recipe) return recipe;
        errors.Add(new FieldError("/recipe", ErrorCatalogue.RecipeUnknown.Code, "There is no recipe of this name.", RecipeNames()));
        return null;
    }

    // The tables' recipes are too many for one line.
    private static string RecipeNames() =>
        string.Join(", ", Recipes.All.Where(r => r.Name.Count(c => c == '/') == 1).Select(r => r.Name))
            + ", or paper/{table}/{data set}/{network} as GET /recipes lists them";

    private async Task<DatasetManifest?> ResolveDatasetAsync(string? name, List<FieldError> errors, CancellationToken cancellationToken)
    {
        if (Missing("/dataset", name, errors)) return null;
        if (name!.Contains("://", StringComparison.Ordinal))
            Refuse(ErrorCatalogue.UrlNotAllowed, "A data set is named, never a URL.", ErrorCatalogue.UrlNotAllowed.Remedy);
        else if (!BlobName.IsSegment(name))
            Refuse(ErrorCatalogue.NameInvalid, "The name is not allowed.", ErrorCatalogue.NameInvalid.Remedy);
        else if (await datasets.FindAsync(name, cancellationToken) is { } manifest)
            return manifest;
        else
            Refuse(ErrorCatalogue.DatasetUnknown, "There is no data set of this name.", await KnownAsync(cancellationToken));
        return null;

        void Refuse(ErrorCode error, string message, string allowed) =>
            errors.Add(new FieldError("/dataset", error.Code, message, allowed));
    }

    private async Task<string> KnownAsync(CancellationToken cancellationToken)
    {
        var (manifests, next) = await datasets.ListAsync(null, 20, cancellationToken);
        return manifests.Count == 0 ? "none has been pushed" : string.Join(", ", manifests.Select(m => m.Name)) + (next is null ? "" : ", …");
    }

    internal static bool Missing(string pointer, string? value, List<FieldError> errors)
    {
        if (!string.IsNullOrEmpty(value)) return false;
        if (errors.All(e => e.Pointer != pointer))
            errors.Add(new FieldError(pointer, ErrorCatalogue.ValueInvalid.Code, "The field is required.", "text"));
        return true;
    }

    private static string DefaultName(string dataset, NetworkSpec spec)
    {
        var network = spec.Name.ToLowerInvariant()
            .Replace("(", "", StringComparison.Ordinal)
            .Replace(")", "", StringComparison.Ordinal)
            .Replace(",", "", StringComparison.Ordinal);
        return $"{dataset[..Math.Min(dataset.Length, 62 - network.Length)].TrimEnd('.', '-', '_')}-{network}";
    }
}
