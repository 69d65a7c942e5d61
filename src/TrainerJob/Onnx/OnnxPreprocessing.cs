using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Onnx;

/// <summary>The preprocessing as nodes of the exported graph, so that a scorer sends bytes and needs to know nothing about the data.</summary>
internal static class OnnxPreprocessing
{
    /// <summary>Appends the nodes from uint8 N×S×S×3 to float32 N×3×S×S.</summary>
    /// <returns>The name of the result.</returns>
    public static string Append(OnnxGraph graph, string input, Preprocessor preprocessor)
    {
        var x = graph.Node("Cast", "cast", [input], OnnxGraph.Integer("to", (int)TensorProto.Types.DataType.Float));
        return preprocessor switch
        {
            ChannelPreprocessor channels => Channels(graph, x, channels),
            ZcaPreprocessor whitening => Whitening(graph, x, whitening),
            _ => throw new ArgumentException($"{preprocessor.GetType().Name} has no nodes.", nameof(preprocessor)),
        };
    }

    private static string Channels(OnnxGraph graph, string x, ChannelPreprocessor channels)
    {
        x = graph.Node("Mul", "scaled", [x, graph.Constant("normalise.scale", [3], [.. channels.Scale])]);
        if (channels.Shift.Any(s => s != 0)) x = graph.Node("Add", "normalised", [x, graph.Constant("normalise.shift", [3], [.. channels.Shift])]);
        return graph.Node("Transpose", "planar", [x], OnnxGraph.Integers("perm", 0, 3, 1, 2));
    }

    // The matrix knows images as three planes, so the layout changes first. Up to the product the values are bytes less their mean: float32 has room.
    private static string Whitening(OnnxGraph graph, string x, ZcaPreprocessor whitening)
    {
        const long features = ZcaPreprocessor.Features, size = ZcaPreprocessor.Size;
        x = graph.Node("Transpose", "planar", [x], OnnxGraph.Integers("perm", 0, 3, 1, 2));
        x = graph.Node("Flatten", "flat", [x], OnnxGraph.Integer("axis", 1));
        var mean = graph.Node("ReduceMean", "contrast.mean", [x], OnnxGraph.Integers("axes", 1), OnnxGraph.Integer("keepdims", 1));
        x = graph.Node("Sub", "contrast.centred", [x, mean]);
        var norm = graph.Node("ReduceL2", "contrast.norm", [x], OnnxGraph.Integers("axes", 1), OnnxGraph.Integer("keepdims", 1));
        norm = graph.Node("Max", "contrast.divisor", [norm, graph.Constant("contrast.smallest", [1], [ZcaPreprocessor.SmallestNorm])]);
        x = graph.Node("Div", "contrast.unit", [x, norm]);
        x = graph.Node("Mul", "contrast.scaled", [x, graph.Constant("contrast.scale", [1], [ZcaPreprocessor.Contrast])]);
        x = graph.Node("MatMul", "whitening.product", [x, graph.Constant("whitening.matrix", [features, features], whitening.Matrix.Span)]);
        x = graph.Node("Add", "whitening.shifted", [x, graph.Constant("whitening.shift", [features], whitening.Shift.Span)]);
        return graph.Node("Reshape", "whitened", [x, graph.Constant("whitening.shape", [-1, 3, size, size])]);
    }
}
