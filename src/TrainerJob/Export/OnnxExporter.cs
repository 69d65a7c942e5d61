using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Onnx;

namespace WrnCloud.TrainerJob.Export;

/// <summary>
/// Writes a network as a self-contained ONNX model (opset 17, IR 8): <c>images</c>, uint8 N×S×S×3 (RGB, rows from the top), to <c>probabilities</c>,
/// float32 N×classes, and <c>distance</c>, float32 N, where the metadata have one.
/// Normalisation and softmax are part of the graph,
/// so that a scorer needs to know nothing but the class names, which are in the metadata.
/// </summary>
public static class OnnxExporter
{
    /// <summary>Name of the input.</summary>
    public const string InputName = "images";

    /// <summary>Name of the output.</summary>
    public const string OutputName = "probabilities";

    /// <summary>Name of the output that tells how far a picture is from those that were trained on.</summary>
    public const string DistanceName = "distance";

    /// <summary>The model's bytes; equal networks and metadata give equal bytes.</summary>
    /// <exception cref="ArgumentException">The class names are not as many as the network's logits.</exception>
    public static byte[] Export(ImageClassifier network, Preprocessor preprocessor, ModelMetadata metadata)
    {
        if (metadata.Classes.Count != network.ClassCount)
            throw new ArgumentException($"{metadata.Classes.Count} class names do not go with {network.ClassCount} logits.", nameof(metadata));
        var model = Build(network, preprocessor, metadata).ToModel();
        model.MetadataProps.AddRange(
        [
            Entry("classes", JsonSerializer.Serialize(metadata.Classes)),
            Entry("dataset", metadata.Dataset),
            Entry("dataset_hash", metadata.DatasetHash),
            Entry("network", network.Spec.Name),
            Entry("precision", metadata.Precision.ToString().ToLowerInvariant()),
            Entry("recipe", metadata.Recipe),
        ]);
        if (metadata.Top1 is { } top1) model.MetadataProps.Add(Entry("top1", top1.ToString("R")));
        if (metadata.Resize is { } resize) model.MetadataProps.Add(Entry("resize", resize.ToString(CultureInfo.InvariantCulture)));
        if (metadata.Temperature != 1)
            model.MetadataProps.Add(Entry("temperature", metadata.Temperature.ToString("R", CultureInfo.InvariantCulture)));
        if (metadata.UnsureBelow is { } threshold)
            model.MetadataProps.Add(Entry("unsure_below", threshold.ToString("R", CultureInfo.InvariantCulture)));
        if (metadata.Distance is not null) model.MetadataProps.Add(Entry("distance_quantiles", JsonSerializer.Serialize(metadata.DistanceQuantiles)));
        return model.ToByteArray();
    }

    /// <summary>The exported model's inputs and outputs.</summary>
    public static ModelSignature Signature(ImageClassifier network, ModelMetadata metadata)
    {
        var (side, resize) = (network.Spec.ImageSize, metadata.Resize);
        var seen = resize is null ? $"scaled to {side}×{side}" : $"scaled to {resize}×{resize}, of which the middle {side}×{side} is kept";
        var images = new TensorSignature(
            InputName,
            "uint8",
            $"N×{side}×{side}×3",
            $"RGB pixels, 0 to 255, of the upright picture's middle square, {seen}; normalisation is inside");
        var probabilities = new TensorSignature(
            OutputName, "float32", $"N×{network.ClassCount}", "class probabilities, temperature and softmax are inside");
        var distance = new TensorSignature(
            DistanceName,
            "float32",
            "N",
            "distance of the features to the nearest class's mean; about 1 for pictures like the training pictures");
        return new ModelSignature(
            [images],
            metadata.Distance is null ? [probabilities] : [probabilities, distance],
            metadata.Classes)
        {
            Preprocessing = PicturePreprocessing.Of(resize ?? side, side),
            Temperature = metadata.Temperature,
            UnsureBelow = metadata.UnsureBelow,
            Thresholds = metadata.Thresholds,
            DistanceQuantiles = metadata.Distance is null ? null : metadata.DistanceQuantiles,
        };
    }

    private static OnnxGraph Build(ImageClassifier network, Preprocessor preprocessor, ModelMetadata metadata)
    {
        var graph = new OnnxGraph(network.Spec.Name);
        var x = graph.Input(InputName, TensorProto.Types.DataType.Uint8, "N", network.Spec.ImageSize, network.Spec.ImageSize, 3);
        x = OnnxPreprocessing.Append(graph, x, preprocessor);
        var features = x = OnnxBackbone.Append(graph, network, x);
        var weight = graph.Constant("fc.weight", network.Classifier.Weight);
        x = graph.Node("Gemm", "logits", [x, weight, graph.Constant("fc.bias", network.Classifier.Bias)], OnnxGraph.Integer("transB", 1));
        if (metadata.Temperature != 1) x = graph.Node("Div", "tempered", [x, graph.Constant("temperature", [1], [(float)metadata.Temperature])]);
        x = graph.Node("Softmax", OutputName, [x], OnnxGraph.Integer("axis", 1));
        graph.Output(x, TensorProto.Types.DataType.Float, "N", network.ClassCount);
        if (metadata.Distance is { } distance)
            graph.Output(OnnxDistance.Append(graph, features, distance, DistanceName), TensorProto.Types.DataType.Float, "N");
        return graph;
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
