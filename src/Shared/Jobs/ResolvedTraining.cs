using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Images;

namespace WrnCloud.Jobs;

/// <summary>A request after validation: everything explicit, nothing left to defaults that could change later.</summary>
/// <param name="Model">The network's canonical name.</param>
/// <param name="ModelName">The registry name under which versions are published.</param>
/// <param name="Dataset">The data set's name.</param>
/// <param name="DatasetHash">SHA-256 of the data set's file list, so that the run stays what it was.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Recipe">The recipe's name.</param>
/// <param name="Settings">The settings after overrides.</param>
/// <param name="Seed">Seed of every draw.</param>
/// <param name="MaxMinutes">Limit in minutes of training, or null.</param>
/// <param name="Parameters">Trained parameters of the network.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates of one forward pass of one image.</param>
/// <param name="TrainingMemoryBytes">Estimated memory of training beyond the process without it; with <c>auto</c> for the larger precision.</param>
public sealed record ResolvedTraining(
    string Model,
    string ModelName,
    string Dataset,
    string DatasetHash,
    int Classes,
    string Recipe,
    TrainingSettings Settings,
    long Seed,
    int? MaxMinutes,
    long Parameters,
    long MultiplyAccumulates = 0,
    long TrainingMemoryBytes = 0)
{
    /// <summary>Images of the data set's splits; null in records from before they were kept.</summary>
    public DatasetSizes? Images { get; init; }

    /// <summary>Side of the images in pixels; null in records from before there was a choice, whose images are 32×32.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Side in pixels that pictures are scaled to before their middle is cut out; null where the whole middle square is seen.</summary>
    public int? Resize { get; init; }

    /// <summary>How a picture is resized and cropped in evaluation, and later when the model is served.</summary>
    [JsonIgnore]
    public ImageView View => new(Resize ?? Size, Size);

    /// <summary>The view that random crops are cut from in training; <see cref="View"/> where there are none.</summary>
    [JsonIgnore]
    public ImageView TrainingView => Settings.CropScale is null ? View : ImageView.Of(View.Resize);

    private int Size => ImageSize ?? NetworkSpec.CifarImageSize;

    /// <summary>Minutes of training into which the schedule is made to fit; null for the recipe's own, however long it takes.</summary>
    public int? Minutes { get; init; }

    /// <summary>Minutes after which training ends, whatever it has reached; null for no limit.</summary>
    [JsonIgnore]
    public int? Limit => Minutes is { } budget && MaxMinutes is { } most ? Math.Min(budget, most) : Minutes ?? MaxMinutes;

    /// <summary>Bytes of memory that a training may take on this deployment's trainers; null where only they know.</summary>
    public long? TrainerMemoryBytes { get; init; }

    /// <summary>The weights that the run starts from; null for random ones.</summary>
    public ResolvedInit? Init { get; init; }

    /// <summary>About how long it takes; null where no earlier job tells.</summary>
    public TrainingEstimate? Estimate { get; init; }

    /// <summary>Fields that a newer version wrote; they stay when this version rewrites the document.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }

    /// <summary>The same run with another network from random weights, on images of that network's own size.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="settings">Its settings.</param>
    public ResolvedTraining As(string network, TrainingSettings settings)
    {
        var other = this with { Model = network, Settings = settings, Init = null, ImageSize = null, Resize = null };
        var spec = other.Spec();
        return other with
        {
            ImageSize = spec.ImageSize,
            Parameters = spec.ParameterCount(Classes),
            MultiplyAccumulates = spec.MultiplyAccumulates(Classes),
        };
    }

    /// <summary>The network, for images of this run's size.</summary>
    /// <exception cref="WrnException"><c>spec-invalid</c>: this version knows no such network, or not of this size.</exception>
    public NetworkSpec Spec()
    {
        if (!NetworkSpec.TryParse(Model, out var spec, out var problem)) throw new WrnException(ErrorCatalogue.SpecInvalid, problem);
        return spec.Takes(Size)
            ? spec.At(Size)
            : throw new WrnException(ErrorCatalogue.SpecInvalid, $"{spec.Name} takes images of {spec.Sizes} pixels, not {Size}.");
    }

    /// <summary>
    /// SHA-256 (lower-case hex) of what decides the trained weights:
    /// network, data, settings, seed and, where there are some, the starting weights.
    /// </summary>
    public string ConfigHash()
    {
        // Left out when null, so that a run from random weights, or on images of 32×32, has the hash that it had before there was a choice.
        var start = Init is null ? null : new { Init.WeightsSha256, Init.NewHead, Init.Freeze };
        int? size = ImageSize == NetworkSpec.CifarImageSize ? null : ImageSize;
        var deciding = new { Model, DatasetHash, Classes, Settings, Seed, Init = start, ImageSize = size, Resize };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(deciding, WrnJson.Compact)));
    }
}
