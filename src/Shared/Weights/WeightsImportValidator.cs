using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.Weights;

/// <summary>Validates a request to import weights and fills in its defaults. Every wrong field is reported at once.</summary>
public static class WeightsImportValidator
{
    private const int MaxText = 2000;
    private const double DefaultCrop = 0.875;
    private const double LeastCrop = 0.5;
    private static readonly ChannelStatistics ImageNet = new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
    private static readonly ImageNetResNetSpec AnySpec = ImageNetResNetSpec.Of(18);

    /// <summary>Resolves a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="errors">Errors found so far; further ones are added.</param>
    /// <exception cref="WrnException">The request is invalid: the exception has every wrong field.</exception>
    public static WeightsImport Resolve(WeightsImportRequest request, List<FieldError> errors)
    {
        if (!WeightsCatalog.IsName(request.Name)) errors.Add(NameInvalid("/name"));
        CheckFile(request.File, errors);
        if (request.ServeAs is not null && !BlobName.IsSegment(request.ServeAs)) errors.Add(NameInvalid("/serveAs"));
        if (request.Network is { } network && !NetworkSpec.TryParse(network, out _, out var problem))
            errors.Add(new FieldError("/network", ErrorCatalogue.SpecInvalid.Code, problem, NetworkSpec.Forms));
        CheckNormalisation(request.Normalisation, errors);
        var size = request.ImageSize ?? NetworkSpec.ImageNetImageSize;
        if (!AnySpec.Takes(size)) errors.Add(Invalid("/imageSize", $"{size} is out of range.", AnySpec.Sizes));
        var crop = request.Crop ?? DefaultCrop;
        if (crop is not (>= LeastCrop and <= 1)) errors.Add(Invalid("/crop", $"{crop} is out of range.", $"{LeastCrop} to 1"));
        CheckClasses(request.Classes, errors);
        CheckText("/interpolation", request.Interpolation, errors);
        CheckText("/licence", request.Licence, errors);
        CheckText("/source", request.Source, errors);
        if (errors.Count > 0) throw WrnException.ForFields(errors);

        // 224 / 0.875 is 256; fractions are rounded down, as in timm.
        var resize = (int)Math.Floor(size / crop);
        return new WeightsImport(request.Name!, request.File!, request.Normalisation ?? ImageNet, size, resize)
        {
            Network = request.Network,
            Interpolation = request.Interpolation,
            Classes = request.Classes,
            Licence = request.Licence,
            Source = request.Source,
            ServeAs = request.ServeAs,
        };
    }

    /// <summary>
    /// Checks that a file can be imported: a name, a length within the limit and a hash; problems are added to the errors.
    /// </summary>
    internal static void CheckFile(ArtifactFile? file, List<FieldError> errors)
    {
        if (!BlobName.IsSegment(file?.Name)) errors.Add(NameInvalid("/file/name"));
        if (file is not { Length: >= 1 and <= WeightsFile.MaxBytes })
            errors.Add(Invalid("/file/length", "The length is out of range.", $"1 to {WeightsFile.MaxBytes}"));
        if (file?.Sha256 is not { Length: 64 } hash || !hash.All(char.IsAsciiHexDigitLower))
            errors.Add(Invalid("/file/sha256", "The hash is wrong.", "64 lower-case hex characters"));
    }

    private static void CheckNormalisation(ChannelStatistics? normalisation, List<FieldError> errors)
    {
        if (normalisation is null) return;
        if (normalisation.Mean is not { Count: 3 } mean || mean.Any(m => m is not (>= 0 and <= 1)))
            errors.Add(
                Invalid(
                    "/normalisation/mean", "The means must be three numbers, for red, green and blue from 0 to 1.", "three numbers from 0 to 1"));
        if (normalisation.StandardDeviation is not { Count: 3 } deviation || deviation.Any(d => d is not (> 0 and <= 1)))
            errors.Add(
                Invalid(
                    "/normalisation/standardDeviation",
                    "The deviations must be three numbers, for red, green and blue from 0 to 1.",
                    "three numbers above 0, at most 1"));
    }

    private static void CheckClasses(IReadOnlyList<string>? classes, List<FieldError> errors)
    {
        if (classes is null) return;
        if (classes.Count is < 2 or > ImportedNetwork.MaxClasses)
            errors.Add(Invalid("/classes", $"There are {classes.Count} classes.", $"2 to {ImportedNetwork.MaxClasses}"));
        else if (classes.Any(c => string.IsNullOrWhiteSpace(c) || c.Length > 100))
            errors.Add(Invalid("/classes", "A class's name is empty or too long.", "1 to 100 characters"));
        else if (classes.Distinct(StringComparer.Ordinal).Count() != classes.Count)
            errors.Add(Invalid("/classes", "A class is named twice.", "each name once"));
    }

    private static void CheckText(string pointer, string? text, List<FieldError> errors)
    {
        if (text is { Length: > MaxText }) errors.Add(Invalid(pointer, $"The text has {text.Length} characters.", $"at most {MaxText}"));
    }

    private static FieldError NameInvalid(string pointer) =>
        new(pointer, ErrorCatalogue.NameInvalid.Code, "The name is not allowed.", ErrorCatalogue.NameInvalid.Remedy);

    private static FieldError Invalid(string pointer, string detail, string allowed) =>
        new(pointer, ErrorCatalogue.ValueInvalid.Code, detail, allowed);
}
