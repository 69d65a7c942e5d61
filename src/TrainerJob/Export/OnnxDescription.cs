using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using WrnCloud.Hosting;
using WrnCloud.Models;
using WrnCloud.Onnx;

namespace WrnCloud.TrainerJob.Export;

/// <summary>Compares what an exported model says about itself with the files beside it.</summary>
internal static class OnnxDescription
{
    /// <summary>Name of the check that the model can be loaded at all.</summary>
    public const string Loading = "model";

    private const string Signature = "signature";
    private const string Metadata = "metadata";

    /// <summary>The checks; only the failed loading when the bytes are no model.</summary>
    public static IReadOnlyList<VerificationCheck> Check(byte[] onnx, ReadOnlyMemory<byte> signature, PublishedWeights weights, Receipt receipt)
    {
        try
        {
            using var session = Load(onnx);
            return [SignatureCheck(session, signature, weights), MetadataCheck(session.ModelMetadata.CustomMetadataMap, signature, weights, receipt)];
        }
        catch (OnnxRuntimeException e)
        {
            return [VerificationCheck.Fail(Loading, $"{ModelPublisher.OnnxFile} can't be loaded: {e.Message.Split('\n')[0].TrimEnd()}")];
        }
    }

    /// <summary>The accuracy in the model's metadata; null without one.</summary>
    public static double? Top1Of(byte[] onnx)
    {
        using var session = Load(onnx);
        return double.TryParse(session.ModelMetadata.CustomMetadataMap.GetValueOrDefault("top1"), out var top1) ? top1 : null;
    }

    /// <summary>The temperature in a signature, which the logits are divided by; 1 where it has none.</summary>
    public static double TemperatureOf(ModelSignature? signature) =>
        signature is { Temperature: { } temperature and > 0 } && double.IsFinite(temperature) ? temperature : 1;

    /// <summary>Reads a signature; null where it is none.</summary>
    public static ModelSignature? Read(ReadOnlyMemory<byte> signature) => Read(signature, out _);

    private static InferenceSession Load(byte[] onnx) => OnnxSessions.Load(onnx, OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);

    private static ModelSignature? Read(ReadOnlyMemory<byte> json, out string? problem)
    {
        try
        {
            problem = null;
            return JsonSerializer.Deserialize<ModelSignature>(json.Span, WrnJson.Compact);
        }
        catch (JsonException e)
        {
            problem = e.Message;
            return null;
        }
    }

    private static VerificationCheck SignatureCheck(InferenceSession session, ReadOnlyMemory<byte> json, PublishedWeights weights)
    {
        var signature = Read(json, out var problem);
        if (problem is not null) return VerificationCheck.Fail(Signature, $"{ModelSignature.FileName} can't be read: {problem}");
        var model = $"{Describe(session.InputMetadata)} → {Describe(session.OutputMetadata)}";
        var file = $"{Describe(signature?.Inputs)} → {Describe(signature?.Outputs)}";
        if (model != file) return VerificationCheck.Fail(Signature, $"{ModelSignature.FileName} says {file}, {ModelPublisher.OnnxFile} {model}");
        return signature?.Classes?.SequenceEqual(weights.Classes, StringComparer.Ordinal) == true
            ? VerificationCheck.Pass(Signature, model)
            : VerificationCheck.Fail(Signature, $"{ModelSignature.FileName} and {ArtifactFile.Weights} name different classes");
    }

    private static VerificationCheck MetadataCheck(
        IReadOnlyDictionary<string, string> metadata, ReadOnlyMemory<byte> json, PublishedWeights weights, Receipt receipt)
    {
        var training = receipt.Resolved;
        var signature = Read(json);
        (string Key, string? Expected)[] entries =
        [
            ("network", weights.Network.Spec.Name),
            ("classes", JsonSerializer.Serialize(weights.Classes)),
            ("dataset", training.Dataset),
            ("dataset_hash", training.DatasetHash),
            ("recipe", training.Recipe),
            ("precision", receipt.Precision.ToString().ToLowerInvariant()),
            ("temperature", signature?.Temperature is { } temperature and not 1 ? temperature.ToString("R", CultureInfo.InvariantCulture) : null),
            ("unsure_below", signature?.UnsureBelow?.ToString("R", CultureInfo.InvariantCulture)),
        ];
        foreach (var (key, expected) in entries)
        {
            var found = metadata.GetValueOrDefault(key);
            if (found != expected)
            {
                return VerificationCheck.Fail(
                    Metadata, $"{ModelPublisher.OnnxFile} says {key} = {found ?? "nothing"}, expected {expected ?? "nothing"}");
            }
        }

        return VerificationCheck.Pass(Metadata, $"{training.Dataset}, {training.Recipe}, {receipt.Precision.ToString().ToLowerInvariant()}");
    }

    private static string Describe(IReadOnlyDictionary<string, NodeMetadata> nodes) =>
        string.Join(", ", nodes.Select(n => $"{n.Key} {TypeOf(n.Value)} {ShapeOf(n.Value)}"));

    private static string Describe(IReadOnlyList<TensorSignature>? tensors) =>
        string.Join(", ", (tensors ?? []).Select(t => $"{t?.Name} {t?.Type} {t?.Shape}"));

    private static string TypeOf(NodeMetadata node) => node.ElementDataType switch
    {
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.UInt8 => "uint8",
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float => "float32",
        var other => other.ToString(),
    };

    private static string ShapeOf(NodeMetadata node) =>
        string.Join('×', node.Dimensions.Select((d, i) => d >= 0 ? d.ToString() : node.SymbolicDimensions[i]));
}
