using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Images;

namespace WrnCloud.Jobs;

/// <summary>Finds the size of the images that a run trains on: what is asked for, else the data set's only one, else the network's default.</summary>
internal static class ImageSizeResolver
{
    private const string Pointer = "/imageSize";

    private static readonly ImageView Usual = new(256, 224);

    /// <summary>
    /// What pictures are scaled to where the network sees their middle: 256 for 224, or what the starting weights were made for, in the same
    /// proportion for other sizes. Null for images that are as small as they are.
    /// </summary>
    public static int? Resize(NetworkSpec spec, DatasetManifest dataset, ImageView? made)
    {
        var view = made ?? Usual;
        return dataset.Format == DatasetFormat.ImageFolder ? (int)Math.Round(spec.ImageSize * (double)view.Resize / view.Crop) : null;
    }

    /// <summary>
    /// The network for images of that size; null when there is no network, or when the size does not go with network, data or preprocessing.
    /// </summary>
    public static NetworkSpec? Resolve(
        NetworkSpec? spec, int? asked, ImageView? made, DatasetManifest? dataset, TrainingSettings? settings, List<FieldError> errors)
    {
        if (spec is null) return null;
        var isFixed = dataset is { Format: not DatasetFormat.ImageFolder };
        var size = asked ?? (isFixed ? DatasetReader.FixedSize : made?.Crop ?? spec.ImageSize);
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
