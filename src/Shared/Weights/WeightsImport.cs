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
/// <param name="Normalisation">Statistics that normalise the pixels.</param>
/// <param name="ImageSize">Side in pixels of the images.</param>
/// <param name="Resize">Side in pixels that pictures are scaled to before their middle is cut out.</param>
public sealed record WeightsImport(string Name, ArtifactFile File, ChannelStatistics Normalisation, int ImageSize, int Resize)
{
    /// <summary>The value that an import's record has in place of a recipe.</summary>
    public const string Recipe = "import";

    /// <summary>The value recorded when no licence or source was given.</summary>
    public const string NotGiven = "not given";

    /// <summary>The network that the weights must be for; null to detect it.</summary>
    public string? Network { get; init; }

    /// <summary>The filter that pictures were scaled with; informational.</summary>
    public string? Interpolation { get; init; }

    /// <summary>Names of the classes; null for <c>class 0</c> and so on.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The licence.</summary>
    public string? Licence { get; init; }

    /// <summary>The origin of the weights.</summary>
    public string? Source { get; init; }

    /// <summary>The model to publish as, if one was named.</summary>
    public string? ServeAs { get; init; }

    /// <summary>The model that a set with a classifier is published as.</summary>
    [JsonIgnore]
    public string ModelName => ServeAs ?? Name;

    /// <summary>
    /// SHA-256 (lower-case hex) of everything that determines the set's content: the file, the normalisation, the view and the classes, not the
    /// informational fields.
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
    /// The resolved training of an import's record: the file takes the place of the data set, and nothing is trained. The
    /// network is <paramref name="spec"/> once it is known.
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
