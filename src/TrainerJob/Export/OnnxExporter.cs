using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export.Onnx;
using WrnCloud.TrainerJob.Network;

namespace WrnCloud.TrainerJob.Export;

/// <summary>
/// Writes a network as a self-contained ONNX model (opset 17, IR 8): <c>images</c>, uint8 N×S×S×3 (RGB, rows from the top), to <c>probabilities</c>,
/// float32 N×classes, and <c>distance</c>, float32 N, where the metadata have one. Normalisation and softmax are part of the graph, so that a scorer needs to know nothing but the class names, which are in the metadata.
/// </summary>
public static class OnnxExporter
{
    /// <summary>Name of the input.</summary>
    public const string InputName = "images";

    /// <summary>Name of the output.</summary>
    public const string OutputName = "probabilities";

    /// <summary>Name of the output that tells how far a picture is from those that were trained on.</summary>
    public const string DistanceName = "distance";

    private const int IrVersion = 8;
    private const int Opset = 17;

    /// <summary>The model's bytes; equal networks and metadata give equal bytes.</summary>
    /// <exception cref="ArgumentException">The class names are not as many as the network's logits.</exception>
    public static byte[] Export(ImageClassifier network, Preprocessor preprocessor, ModelMetadata metadata)
    {
        if (metadata.Classes.Count != network.ClassCount)
            throw new ArgumentException($"{metadata.Classes.Count} class names do not go with {network.ClassCount} logits.", nameof(metadata));
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "WrnCloud",
            Graph = Build(network, preprocessor, metadata),
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
            MetadataProps =
            {
                Entry("classes", JsonSerializer.Serialize(metadata.Classes)),
                Entry("dataset", metadata.Dataset),
                Entry("dataset_hash", metadata.DatasetHash),
                Entry("network", network.Spec.Name),
                Entry("precision", metadata.Precision.ToString().ToLowerInvariant()),
                Entry("recipe", metadata.Recipe),
            },
        };
        if (metadata.Top1 is { } top1) model.MetadataProps.Add(Entry("top1", top1.ToString("R")));
        if (metadata.Resize is { } resize) model.MetadataProps.Add(Entry("resize", resize.ToString(CultureInfo.InvariantCulture)));
        if (metadata.Temperature != 1) model.MetadataProps.Add(Entry("temperature", metadata.Temperature.ToString("R", CultureInfo.InvariantCulture)));
        if (metadata.UnsureBelow is { } threshold) model.MetadataProps.Add(Entry("unsure_below", threshold.ToString("R", CultureInfo.InvariantCulture)));
        if (metadata.Distance is not null) model.MetadataProps.Add(Entry("distance_quantiles", JsonSerializer.Serialize(metadata.DistanceQuantiles)));
        return model.ToByteArray();
    }

    /// <summary>What the exported model takes and gives.</summary>
    public static ModelSignature Signature(ImageClassifier network, ModelMetadata metadata)
    {
        var (side, resize) = (network.Spec.ImageSize, metadata.Resize);
        var seen = resize is null ? $"scaled to {side}×{side}" : $"scaled to {resize}×{resize}, of which the middle {side}×{side} is kept";
        var probabilities = new TensorSignature(OutputName, "float32", $"N×{network.ClassCount}", "class probabilities, temperature and softmax are inside");
        var distance = new TensorSignature(DistanceName, "float32", "N", "distance of the features to the nearest class's mean; about 1 for pictures like the training pictures");
        return new ModelSignature(
            [new TensorSignature(InputName, "uint8", $"N×{side}×{side}×3", $"RGB pixels, 0 to 255, of the upright picture's middle square, {seen}; normalisation is inside")],
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

    private static GraphProto Build(ImageClassifier network, Preprocessor preprocessor, ModelMetadata metadata)
    {
        var graph = new OnnxGraph(network.Spec.Name);
        var x = graph.Input(InputName, TensorProto.Types.DataType.Uint8, "N", network.Spec.ImageSize, network.Spec.ImageSize, 3);
        x = OnnxPreprocessing.Append(graph, x, preprocessor);
        x = network switch
        {
            WideResNet small => Features(graph, small, x),
            ImageNetResNet large => Features(graph, large, x),
            _ => throw new ArgumentException($"{network.Spec.Name} can't be exported.", nameof(network)),
        };
        x = graph.Node("GlobalAveragePool", "pool", [x]);
        var features = x = graph.Node("Flatten", "features", [x]);
        var weight = graph.Constant("fc.weight", network.Classifier.Weight);
        x = graph.Node("Gemm", "logits", [x, weight, graph.Constant("fc.bias", network.Classifier.Bias)], OnnxGraph.Integer("transB", 1));
        if (metadata.Temperature != 1) x = graph.Node("Div", "tempered", [x, graph.Constant("temperature", [1], [(float)metadata.Temperature])]);
        x = graph.Node("Softmax", OutputName, [x], OnnxGraph.Integer("axis", 1));
        graph.Output(x, TensorProto.Types.DataType.Float, "N", network.ClassCount);
        if (metadata.Distance is { } distance) graph.Output(OnnxDistance.Append(graph, features, distance), TensorProto.Types.DataType.Float, "N");
        return graph.Graph;
    }

    private static string Features(OnnxGraph graph, WideResNet network, string input)
    {
        var x = Convolve(graph, "conv1", network.Stem, input);
        for (var i = 0; i < network.Blocks.Length; i++)
        {
            var perGroup = network.Spec.BlocksPerGroup;
            x = Residual(graph, $"group{(i / perGroup) + 1}.{i % perGroup}", network.Blocks[i], x);
        }

        return Activate(graph, "bn", network.Normalisation, x);
    }

    private static string Features(OnnxGraph graph, ImageNetResNet network, string input)
    {
        var x = Activate(graph, "bn1", network.Normalisation, Convolve(graph, "conv1", network.Stem, input));
        x = graph.Node(
            "MaxPool", "maxpool", [x], OnnxGraph.Integers("kernel_shape", 3, 3), OnnxGraph.Integers("pads", 1, 1, 1, 1), OnnxGraph.Integers("strides", 2, 2));
        for (var group = 0; group < network.Groups.Length; group++)
        {
            for (var block = 0; block < network.Groups[group].Length; block++)
                x = Residual(graph, $"layer{group + 1}.{block}", network.Groups[group][block], x);
        }

        return x;
    }

    private static string Residual(OnnxGraph graph, string name, ResidualBlock block, string input)
    {
        var activated = Activate(graph, $"{name}.bn1", block.Normalisations[0], input);
        var x = Convolve(graph, $"{name}.conv1", block.Convolutions[0], activated);
        for (var i = 1; i < block.Convolutions.Length; i++)
        {
            x = Activate(graph, $"{name}.bn{i + 1}", block.Normalisations[i], x);
            x = Convolve(graph, $"{name}.conv{i + 1}", block.Convolutions[i], x);
        }

        var shortcut = block.Shortcut is null ? input : Convolve(graph, $"{name}.shortcut", block.Shortcut, activated);
        return graph.Node("Add", $"{name}.sum", [x, shortcut]);
    }

    private static string Residual(OnnxGraph graph, string name, PostActivationBlock block, string input)
    {
        var x = Convolve(graph, $"{name}.conv1", block.Convolutions[0], input);
        for (var i = 1; i < block.Convolutions.Length; i++)
        {
            x = Activate(graph, $"{name}.bn{i}", block.Normalisations[i - 1], x);
            x = Convolve(graph, $"{name}.conv{i + 1}", block.Convolutions[i], x);
        }

        x = Normalise(graph, $"{name}.bn{block.Convolutions.Length}", block.Normalisations[^1], x);
        var shortcut = block.Shortcut is null
            ? input
            : Normalise(graph, $"{name}.downsample.1", block.ShortcutNormalisation!, Convolve(graph, $"{name}.downsample.0", block.Shortcut, input));
        return graph.Node("Relu", $"{name}.relu", [graph.Node("Add", $"{name}.sum", [x, shortcut])]);
    }

    private static string Convolve(OnnxGraph graph, string name, Convolution convolution, string input)
    {
        var weight = graph.Constant($"{name}.weight", convolution.Weight);
        long kernel = convolution.Kernel, stride = convolution.Stride, padding = kernel / 2;
        return graph.Node(
            "Conv",
            name,
            [input, weight],
            OnnxGraph.Integers("kernel_shape", kernel, kernel),
            OnnxGraph.Integers("pads", padding, padding, padding, padding),
            OnnxGraph.Integers("strides", stride, stride));
    }

    private static string Activate(OnnxGraph graph, string name, BatchNormalisation normalisation, string input) =>
        graph.Node("Relu", $"{name}.relu", [Normalise(graph, name, normalisation, input)]);

    private static string Normalise(OnnxGraph graph, string name, BatchNormalisation normalisation, string input) =>
        graph.Node(
            "BatchNormalization",
            name,
            [
                input,
                graph.Constant($"{name}.weight", normalisation.Weight),
                graph.Constant($"{name}.bias", normalisation.Bias),
                graph.Constant($"{name}.running_mean", normalisation.RunningMean),
                graph.Constant($"{name}.running_var", normalisation.RunningVariance),
            ],
            OnnxGraph.Float("epsilon", BatchNormalisation.Epsilon));

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
