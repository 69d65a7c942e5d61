using WrnCloud.TrainerJob.Network;

namespace WrnCloud.TrainerJob.Onnx;

/// <summary>The layers of a network before its classifier, in evaluation mode, as nodes of a graph.</summary>
internal static class OnnxBackbone
{
    /// <summary>Appends the nodes from normalised images, float32 N×3×S×S, to the classifier's input, float32 N×channels.</summary>
    /// <returns>The name of the result.</returns>
    public static string Append(OnnxGraph graph, ImageClassifier network, string input)
    {
        var x = network switch
        {
            WideResNet small => Features(graph, small, input),
            ImageNetResNet large => Features(graph, large, input),
            _ => throw new ArgumentException($"{network.Spec.Name} can't be exported.", nameof(network)),
        };
        return graph.Node("Flatten", "features", [graph.Node("GlobalAveragePool", "pool", [x])]);
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
            "MaxPool",
            "maxpool",
            [x],
            OnnxGraph.Integers("kernel_shape", 3, 3),
            OnnxGraph.Integers("pads", 1, 1, 1, 1),
            OnnxGraph.Integers("strides", 2, 2));
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
}
