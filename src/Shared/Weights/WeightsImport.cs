using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;

namespace WrnCloud.Weights;

/// <summary>An import after validation, everything explicit; part of its job's record.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="File">The uploaded file.</param>
/// <param name="Normalisation">What the pixels are normalised with.</param>
/// <param name="ImageSize">Side in pixels of the images.</param>
/// <param name="Resize">Side in pixels that pictures are scaled to before their middle is cut out.</param>
public sealed record WeightsImport(string Name, ArtifactFile File, ChannelStatistics Normalisation, int ImageSize, int Resize)
{
    /// <summary>What stands where a training job has its recipe.</summary>
    public const string Recipe = "import";

    /// <summary>What stands where the licence or the source was not given.</summary>
    public const string NotGiven = "not given";

    /// <summary>The network that the weights have to be of; null to take what they are of.</summary>
    public string? Network { get; init; }

    /// <summary>The filter that pictures were scaled with; for the record.</summary>
    public string? Interpolation { get; init; }

    /// <summary>Names of the classes; null for <c>class 0</c> and so on.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The licence.</summary>
    public string? Licence { get; init; }

    /// <summary>Where the weights are from.</summary>
    public string? Source { get; init; }

    /// <summary>The model to publish as, when one was named.</summary>
    public string? ServeAs { get; init; }

    /// <summary>The model that a set with a classifier is published as.</summary>
    [JsonIgnore]
    public string ModelName => ServeAs ?? Name;

    /// <summary>
    /// SHA-256 (lower-case hex) of what decides the set's content: the file, the normalisation, the view and the classes, not what is told about
    /// them.
    /// </summary>
    [JsonIgnore]
    public string Hash
    {
        get
        {
            var deciding = new { File.Sha256, Normalisation, ImageSize, Resize, Classes, ModelName };
            return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(deciding, WrnJson.Compact)));
        }
    }

    /// <summary>
    /// What an import's record says where a training job's says what is trained: the file stands for the data set, and nothing is trained. The
    /// network is <paramref name="spec"/>'s once it is known.
    /// </summary>
    public ResolvedTraining Describe(NetworkSpec? spec = null, int classes = 0) => new(
        spec?.Name ?? Network ?? "",
        ModelName,
        File.Name,
        File.Sha256,
        classes,
        Recipe,
        new TrainingSettings { Epochs = 0, BatchSize = 0, Schedule = LearningRateSchedule.Steps, LearningRate = 0, Precision = Precision.Fp32 },
        0,
        null,
        spec?.ParameterCount(classes) ?? 0,
        spec?.MultiplyAccumulates(classes) ?? 0)
    {
        ImageSize = ImageSize,
        Resize = Resize,
    };
}
