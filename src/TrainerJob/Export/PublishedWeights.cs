using System.Globalization;
using System.Text.Json;
using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;

namespace WrnCloud.TrainerJob.Export;

/// <summary>
/// <c>weights.safetensors</c>: parameters and running statistics under PyTorch's names, with metadata that say how to build the network that they are
/// of and what is done to the pixels before it.
/// </summary>
/// <param name="Network">The network, on the CPU; the caller disposes it.</param>
/// <param name="Classes">Class names by index.</param>
/// <param name="Preprocessing">What is done to the pixels before the network.</param>
/// <param name="Statistics">The training set's channel statistics, which mean and deviation are taken from.</param>
public sealed record PublishedWeights(
    ImageClassifier Network, IReadOnlyList<string> Classes, Preprocessing Preprocessing, ChannelStatistics Statistics)
{
    private const string ArchitectureKey = "architecture";
    private const string ClassesKey = "classes";
    private const string ClassCountKey = "class_count";
    private const string ImageSizeKey = "image_size";
    private const string PreprocessingKey = "preprocessing";

    /// <summary>The file's bytes; equal weights give equal bytes.</summary>
    public byte[] ToBytes() => TensorArchive.Save(Network.NamedState(), new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["format"] = "pt",
        [ArchitectureKey] = Network.Spec.Name,
        [ClassCountKey] = Network.ClassCount.ToString(),
        [ClassesKey] = JsonSerializer.Serialize(Classes, WrnJson.Compact),
        [ImageSizeKey] = Network.Spec.ImageSize.ToString(CultureInfo.InvariantCulture),
        [PreprocessingKey] = Json(Preprocessing, Statistics),
    });

    /// <summary>Builds the network from the file. Total: any bytes give a network in evaluation mode, or an error.</summary>
    /// <exception cref="WrnException">
    /// <c>artifact-damaged</c>: not safetensors, metadata missing or wrong, or other tensors than the network has.
    /// </exception>
    public static PublishedWeights Read(byte[] bytes)
    {
        try
        {
            var metadata = SafetensorsFile.Read(bytes).Metadata;
            var classes = Metadata<string[]>(metadata, ClassesKey);
            var preprocessing = Metadata<PreprocessingJson>(metadata, PreprocessingKey);
            if (!NetworkSpec.TryParse(metadata.GetValueOrDefault(ArchitectureKey), out var spec, out var problem)) throw Damaged(problem);
            if (classes.Length is < 1 or > 1000 || classes.Any(c => c is null))
                throw Damaged($"it names {classes.Length} classes; 1 to 1,000 are supported.");
            var size = SizeOf(metadata, spec);
            if (preprocessing is not { Mean.Count: 3, StandardDeviation.Count: 3 })
                throw Damaged("its preprocessing has not three means and three deviations.");

            // Before anything is built: the name alone could ask for more memory than there is.
            if (spec.ParameterCount(classes.Length) > bytes.Length / sizeof(float)) throw Damaged($"it is too short for {spec.Name}.");
            var network = ImageClassifier.Create(spec.At(size), classes.Length, 0, 0);
            TensorArchive.Load(bytes, network.NamedState());
            network.eval();
            var statistics = new ChannelStatistics(preprocessing.Mean, preprocessing.StandardDeviation);
            return new PublishedWeights(network, classes, preprocessing.Kind, statistics);
        }
        catch (Exception e) when (e is SafetensorsException or CheckpointException or JsonException or InvalidOperationException)
        {
            throw Damaged(e.Message, e);
        }
    }

    /// <summary>The preprocessor that these weights were trained with.</summary>
    /// <param name="whitening">The content of <see cref="WhiteningFile"/>; null where there is none.</param>
    /// <exception cref="WrnException">
    /// <c>artifact-damaged</c>: the weights are for whitened images and the whitening is missing or damaged.
    /// </exception>
    public Preprocessor PreprocessorWith(byte[]? whitening) => Preprocessing switch
    {
        Preprocessing.Scale => ChannelPreprocessor.Scaled,
        Preprocessing.Zca => WhiteningFile.Read(whitening ?? throw Damaged($"its images are whitened, and {WhiteningFile.FileName} is missing.")),
        _ => ChannelPreprocessor.Of(Statistics),
    };

    private static int SizeOf(IReadOnlyDictionary<string, string> metadata, NetworkSpec spec)
    {
        if (!metadata.TryGetValue(ImageSizeKey, out var text)) return spec.ImageSize;
        return int.TryParse(text, CultureInfo.InvariantCulture, out var size) && spec.Takes(size)
            ? size
            : throw Damaged($"its images have {text} pixels on each side; {spec.Name} takes {spec.Sizes}.");
    }

    /// <summary>The metadata of weights that were not trained here; classes and size where they come with a classifier.</summary>
    internal static IReadOnlyDictionary<string, string> Metadata(
        string network, ChannelStatistics normalisation, IReadOnlyList<string>? classes = null, int? imageSize = null)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = "pt",
            [ArchitectureKey] = network,
            [PreprocessingKey] = Json(Preprocessing.MeanStd, normalisation),
        };
        if (imageSize is { } size) metadata[ImageSizeKey] = size.ToString(CultureInfo.InvariantCulture);
        if (classes is null) return metadata;
        metadata[ClassCountKey] = classes.Count.ToString(CultureInfo.InvariantCulture);
        metadata[ClassesKey] = JsonSerializer.Serialize(classes, WrnJson.Compact);
        return metadata;
    }

    /// <summary>The mean and deviation that weights were trained with; null where the file names none.</summary>
    internal static ChannelStatistics? NormalisationOf(SafetensorsFile weights)
    {
        if (!weights.Metadata.TryGetValue(PreprocessingKey, out var json)) return null;
        try
        {
            var found = JsonSerializer.Deserialize<PreprocessingJson>(json, WrnJson.Compact);
            return found is { Kind: Preprocessing.MeanStd, Mean.Count: 3, StandardDeviation.Count: 3 }
                ? new ChannelStatistics(found.Mean, found.StandardDeviation)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Json(Preprocessing kind, ChannelStatistics statistics) =>
        JsonSerializer.Serialize(new PreprocessingJson(kind, statistics.Mean, statistics.StandardDeviation), WrnJson.Compact);

    private static T Metadata<T>(IReadOnlyDictionary<string, string> metadata, string key)
        where T : class =>
        metadata.TryGetValue(key, out var json) && JsonSerializer.Deserialize<T>(json, WrnJson.Compact) is { } value
            ? value
            : throw Damaged($"its metadata lack '{key}'.");

    private static WrnException Damaged(string why, Exception? innerException = null) =>
        new(ErrorCatalogue.ArtifactDamaged, $"{ArtifactFile.Weights} can't be read: {why}", null, innerException);

    private sealed record PreprocessingJson(Preprocessing Kind, IReadOnlyList<double> Mean, IReadOnlyList<double> StandardDeviation);
}
