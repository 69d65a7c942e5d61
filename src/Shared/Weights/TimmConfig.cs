using System.Text.Json;
using WrnCloud.Architecture;
using WrnCloud.Datasets;

namespace WrnCloud.Weights;

/// <summary>
/// timm's <c>config.json</c> for the weights beside it: a <c>pretrained_cfg</c>, or its fields alone. It may have two sizes, for training and
/// for testing: the first that the networks here accept is used, with its own crop.
/// </summary>
public sealed record TimmConfig
{
    /// <summary>Longest file that is read, in bytes.</summary>
    public const int MaxBytes = 4 << 20;

    private static readonly ImageNetResNetSpec AnySpec = ImageNetResNetSpec.Of(18);

    /// <summary>Mean and standard deviation; null where the file has none.</summary>
    public ChannelStatistics? Normalisation { get; init; }

    /// <summary>Side of the images in pixels.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Share of the scaled picture's side that is kept by the crop.</summary>
    public double? Crop { get; init; }

    /// <summary>The filter that pictures are scaled with.</summary>
    public string? Interpolation { get; init; }

    /// <summary>The licence.</summary>
    public string? Licence { get; init; }

    /// <summary>timm's name of the weights, such as <c>timm resnet18.a1_in1k</c>.</summary>
    public string? Source { get; init; }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Reads the file. Any input gives either a configuration or an error.</summary>
    /// <exception cref="InvalidDataException">Too long, not JSON, or a field of the wrong type.</exception>
    public static TimmConfig Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaxBytes) throw new InvalidDataException($"It has {json.Length} bytes; at most {MaxBytes} are read.");
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"It is not a timm configuration: {e.Message}", e);
        }
    }

    private static TimmConfig Read(JsonElement root)
    {
        var config = root.TryGetProperty("pretrained_cfg", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : root;
        var size = SizeOf(config, "input_size");
        var isForTest = size is not { } trained || !AnySpec.Takes(trained);
        if (isForTest && SizeOf(config, "test_input_size") is { } tested && AnySpec.Takes(tested)) size = tested;
        else isForTest = false;
        var (mean, deviation) = (Numbers(config, "mean"), Numbers(config, "std"));
        return new TimmConfig
        {
            Normalisation = mean is not null && deviation is not null ? new ChannelStatistics(mean, deviation) : null,
            ImageSize = size,
            Crop = (isForTest ? Find(config, "test_crop_pct")?.GetDouble() : null) ?? Find(config, "crop_pct")?.GetDouble(),
            Interpolation = Find(config, "interpolation")?.GetString(),
            Licence = Find(config, "license")?.GetString() ?? Find(root, "license")?.GetString(),
            Source = SourceOf(root, config),
            Classes = (Find(config, "label_names") ?? Find(root, "label_names"))?.EnumerateArray().Select(l => l.GetString() ?? "").ToList(),
        };
    }

    private static string? SourceOf(JsonElement root, JsonElement config)
    {
        var (name, tag) = ((Find(root, "architecture") ?? Find(config, "architecture"))?.GetString(), Find(config, "tag")?.GetString());
        return name is null ? null : $"timm {name}{(string.IsNullOrEmpty(tag) ? "" : $".{tag}")}";
    }

    // Channels, height, width.
    private static int? SizeOf(JsonElement config, string name) =>
        Find(config, name) is { } shape && shape.GetArrayLength() == 3 ? shape[2].GetInt32() : null;

    private static List<double>? Numbers(JsonElement config, string name) => Find(config, name)?.EnumerateArray().Select(n => n.GetDouble()).ToList();

    private static JsonElement? Find(JsonElement config, string name) =>
        config.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;
}
