using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using WrnCloud.Batches;
using WrnCloud.Errors;
using WrnCloud.Evaluation;
using WrnCloud.Images;
using WrnCloud.Onnx;

namespace WrnCloud.Functions.Scoring;

/// <summary>
/// A classifier in ONNX Runtime: input <c>images</c>, uint8 <c>N×H×W×3</c> with any N;
/// output <c>probabilities</c>, float <c>N×classes</c>. Metadata keys: <c>classes</c>, the class names as a JSON array; <c>resize</c>, the side that
/// the middle square is scaled to before the crop, where the model sees only a part of it;
/// and <c>unsure_below</c>, the threshold of decisions.
/// Loaded from bytes with a verified hash, never from a path, so that no other file is read.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    private const string InputName = "images";
    private const string OutputName = "probabilities";
    private const string ClassesKey = "classes";
    private const string ResizeKey = "resize";
    private const string UnsureBelowKey = "unsure_below";
    private const string DistanceName = "distance";
    private const string DistanceQuantilesKey = "distance_quantiles";
    private const int MaxSide = 1024;
    private const int FewestAtOnce = 16;

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();

    private OnnxModel(InferenceSession session, ImageView view, IReadOnlyList<string> classes)
    {
        _session = session;
        View = view;
        Classes = classes;
        UnsureBelow = ReadThreshold(session);
        DistanceQuantiles = ReadQuantiles(session);
    }

    /// <summary>How a picture is resized and cropped for the model; the crop is H and W.</summary>
    public ImageView View { get; }

    /// <summary>H and W, in pixels.</summary>
    public int ImageSize => View.Crop;

    /// <summary>The classes' names by index.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Below this probability of the best class an answer is unsure, 0 to 1; null where the model has no threshold.</summary>
    public double? UnsureBelow { get; }

    /// <summary>Percentiles of the validation pictures' distances, ascending; null where the model gives no distance.</summary>
    public IReadOnlyList<double>? DistanceQuantiles { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="onnx">The whole file.</param>
    /// <param name="expectedSha256">64 hexadecimal digits, from the version's manifest.</param>
    /// <param name="intraOpThreads">Threads of one run; 0 lets ONNX Runtime use all cores.</param>
    /// <exception cref="WrnException">
    /// <c>model-not-servable</c>: the hash differs, the file is damaged, refers to other files, needs operators that are not ONNX's own,
    /// or has another signature.
    /// </exception>
    public static OnnxModel Load(ReadOnlyMemory<byte> onnx, string expectedSha256, int intraOpThreads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(intraOpThreads);
        var found = Convert.ToHexStringLower(SHA256.HashData(onnx.Span));
        if (!found.Equals(expectedSha256, StringComparison.OrdinalIgnoreCase))
            throw NotServable($"The model's SHA-256 is {found}; its manifest says otherwise.");
        OnnxInspection.Require(onnx.Span);

        InferenceSession? session = null;
        try
        {
            session = OnnxSessions.Load(onnx.ToArray(), OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, intraOpThreads);
            var classes = ReadClasses(session);
            var model = new OnnxModel(session, ReadView(session, ReadImageSize(session, classes.Length)), classes);
            session = null;
            return model;
        }
        catch (OnnxRuntimeException e)
        {
            throw NotServable("ONNX Runtime can't load the model.", e);
        }
        finally
        {
            session?.Dispose();
        }
    }

    /// <summary>Class probabilities of a batch.</summary>
    /// <param name="nhwc"><c>n×H×W×3</c> bytes, RGB.</param>
    /// <param name="n">Images, at least 1.</param>
    /// <returns>One row of probabilities for each image, and its distance where the model gives one.</returns>
    /// <exception cref="WrnException"><c>model-not-servable</c>: ONNX Runtime can't run it, or its output has another shape.</exception>
    public ScoredImage[] Predict(byte[] nhwc, int n)
    {
        ArgumentNullException.ThrowIfNull(nhwc);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        if (nhwc.LongLength != (long)n * ImageSize * ImageSize * 3)
            throw new ArgumentException(
                $"{n} images of {ImageSize}×{ImageSize} have {(long)n * ImageSize * ImageSize * 3} bytes, not {nhwc.LongLength}.", nameof(nhwc));

        var rows = new ScoredImage[n];
        for (var start = 0; start < n; start += MostAtOnce) Predict(nhwc, start, rows.AsSpan(start, Math.Min(MostAtOnce, n - start)));
        return rows;
    }

    // A run's memory depends on its pixels: allow as many as a part of a batch has at 32×32.
    private int MostAtOnce => Math.Clamp(BatchLimits.PartSize * 32 * 32 / (ImageSize * ImageSize), FewestAtOnce, BatchLimits.PartSize);

    private void Predict(byte[] nhwc, int start, Span<ScoredImage> rows)
    {
        var image = ImageSize * ImageSize * 3;
        using var input = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, nhwc.AsMemory(start * image, rows.Length * image), [rows.Length, ImageSize, ImageSize, 3]);
        using var outputs = Run(input);
        var values = outputs[0].GetTensorDataAsSpan<float>();
        if (values.Length != rows.Length * Classes.Count)
            throw NotServable($"The model gave {values.Length} probabilities for {rows.Length} images of {Classes.Count} classes.");
        var distances = DistanceQuantiles is null ? default : outputs[1].GetTensorDataAsSpan<float>();
        if (DistanceQuantiles is not null && distances.Length != rows.Length)
            throw NotServable($"The model gave {distances.Length} distances for {rows.Length} images.");
        for (var i = 0; i < rows.Length; i++)
            rows[i] = new ScoredImage(values.Slice(i * Classes.Count, Classes.Count).ToArray(), DistanceQuantiles is null ? null : distances[i]);
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(OrtValue input)
    {
        try
        {
            return _session.Run(_runOptions, [InputName], [input], DistanceQuantiles is null ? [OutputName] : [OutputName, DistanceName]);
        }
        catch (OnnxRuntimeException e)
        {
            throw NotServable("ONNX Runtime can't run the model.", e);
        }
    }

    private static string[] ReadClasses(InferenceSession session)
    {
        try
        {
            if (session.ModelMetadata.CustomMetadataMap.TryGetValue(ClassesKey, out var json)
                && JsonSerializer.Deserialize<string?[]>(json) is { Length: > 1 } names
                && names.All(name => !string.IsNullOrEmpty(name)))
                return names!;
        }
        catch (JsonException)
        {
            // Handled below, like an array that is too short.
        }

        throw NotServable($"The model's metadata has no list of names under '{ClassesKey}'.");
    }

    private static ImageView ReadView(InferenceSession session, int size)
    {
        if (!session.ModelMetadata.CustomMetadataMap.TryGetValue(ResizeKey, out var text)) return ImageView.Of(size);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var resize) && resize >= size && resize <= MaxSide
            ? new ImageView(resize, size)
            : throw NotServable($"The model's metadata key '{ResizeKey}' is not a side from {size} to {MaxSide}.");
    }

    private static double? ReadThreshold(InferenceSession session)
    {
        if (!session.ModelMetadata.CustomMetadataMap.TryGetValue(UnsureBelowKey, out var text)) return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var threshold) && threshold is >= 0 and <= 1
            ? threshold
            : throw NotServable($"The model's metadata key '{UnsureBelowKey}' is not a number from 0 to 1.");
    }

    // The output is useful only with the quantiles: the number alone means nothing.
    private static double[]? ReadQuantiles(InferenceSession session)
    {
        if (!session.ModelMetadata.CustomMetadataMap.TryGetValue(DistanceQuantilesKey, out var json)) return null;
        try
        {
            if (JsonSerializer.Deserialize<double[]>(json) is { Length: FeatureDistance.QuantileCount } quantiles
                && quantiles.All(double.IsFinite) && quantiles.Zip(quantiles.Skip(1), (a, b) => a <= b).All(ascends => ascends)
                && session.OutputMetadata.TryGetValue(DistanceName, out var output)
                && output.ElementDataType == TensorElementType.Float && output.Dimensions is [-1])
                return quantiles;
        }
        catch (JsonException)
        {
            // Handled below.
        }

        throw NotServable(
            $"The model's metadata key '{DistanceQuantilesKey}' is not a list of {FeatureDistance.QuantileCount} ascending numbers "
                + $"for an output '{DistanceName}', float N.");
    }

    private static int ReadImageSize(InferenceSession session, int classes)
    {
        if (session.InputMetadata.Count != 1 || !session.InputMetadata.TryGetValue(InputName, out var input)
            || input.ElementDataType != TensorElementType.UInt8
            || input.Dimensions is not [-1, var height and >= 1 and <= MaxSide, var width, 3] || height != width)
            throw NotServable($"The model's only input must be '{InputName}', uint8 N×H×W×3 with any N and H = W from 1 to {MaxSide}.");

        if (!session.OutputMetadata.TryGetValue(OutputName, out var output)
            || output.ElementDataType != TensorElementType.Float || output.Dimensions is not [-1, var columns] || columns != classes)
            throw NotServable($"The model must have an output '{OutputName}', float N×{classes}.");
        return height;
    }

    private static WrnException NotServable(string detail, Exception? innerException = null) =>
        new(ErrorCatalogue.ModelNotServable, detail, null, innerException);
}
