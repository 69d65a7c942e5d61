using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Errors;

namespace WrnCloud.Jobs;

/// <summary>Finds the size of the images that a run trains on: what is asked for, else the data set's only one, else the network's default.</summary>
internal static class ImageSizeResolver
{
    private const string Pointer = "/imageSize";

    /// <summary>What pictures are scaled to where the network sees their middle: 256 for 224. Null for images that are as small as they are.</summary>
    public static int? Resize(NetworkSpec spec, DatasetManifest dataset) =>
        dataset.Format == DatasetFormat.ImageFolder ? (int)Math.Round(spec.ImageSize * 8 / 7.0) : null;

    /// <summary>The network for images of that size; null when there is no network, or when the size does not go with network, data or preprocessing.</summary>
    public static NetworkSpec? Resolve(NetworkSpec? spec, int? asked, DatasetManifest? dataset, TrainingSettings? settings, List<FieldError> errors)
    {
        if (spec is null) return null;
        var isFixed = dataset is { Format: not DatasetFormat.ImageFolder };
        var size = asked ?? (isFixed ? DatasetReader.FixedSize : spec.ImageSize);
        if (!spec.Takes(size))
            return Refuse($"{spec.Name} takes no images of {size}×{size}.", spec.Sizes);
        if (isFixed && size != DatasetReader.FixedSize)
            return Refuse($"The images of '{dataset!.Name}' are 32×32 and stay so.", $"{DatasetReader.FixedSize}");
        if (settings?.Preprocessing == Preprocessing.Zca && size != DatasetReader.FixedSize)
            return Refuse($"Whitening is for images of 32×32, not {size}×{size}.", $"{DatasetReader.FixedSize}, or another preprocessing");
        return spec.At(size);

        NetworkSpec? Refuse(string detail, string allowed)
        {
            errors.Add(new FieldError(Pointer, ErrorCatalogue.ValueInvalid.Code, detail, allowed));
            return null;
        }
    }
}
