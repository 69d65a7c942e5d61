using WrnCloud.Evaluation;

namespace WrnCloud.TrainerJob.Onnx;

/// <summary>
/// The distance of a picture's features to the nearest class's mean, as nodes of the exported graph: <see cref="FeatureDistance"/> in float32.
/// </summary>
internal static class OnnxDistance
{
    /// <summary>Appends the nodes from features N×D to distances N.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">The name of the features.</param>
    /// <param name="distance">The distance.</param>
    /// <param name="name">What the result is called.</param>
    /// <returns>The name of the result.</returns>
    public static string Append(OnnxGraph graph, string features, FeatureDistance distance, string name)
    {
        long dimension = distance.Dimension, means = distance.MeanCount;
        var length = graph.Node("ReduceL2", "distance.length", [features], OnnxGraph.Integers("axes", 1), OnnxGraph.Integer("keepdims", 1));
        length = graph.Node("Max", "distance.divisor", [length, graph.Constant("distance.least", [1], [FeatureDistance.LeastLength])]);
        var x = graph.Node("Div", "distance.unit", [features, length]);
        x = graph.Node("Sub", "distance.centred", [x, graph.Constant("distance.centre", [dimension], distance.Centre.Span)]);
        x = graph.Node("Mul", "distance.scaled", [x, graph.Constant("distance.scale", [dimension], distance.Scale.Span)]);

        // |x − m|² = |x|² − 2x·m + |m|²: no tensor of N×K×D.
        var own = graph.Node("ReduceSumSquare", "distance.own", [x], OnnxGraph.Integers("axes", 1), OnnxGraph.Integer("keepdims", 1));
        var squares = new float[means];
        for (var k = 0; k < squares.Length; k++)
        {
            var sum = 0.0;
            foreach (var value in distance.Means.Span.Slice(k * distance.Dimension, distance.Dimension)) sum += (double)value * value;
            squares[k] = (float)sum;
        }

        var product = graph.Node(
            "Gemm",
            "distance.product",
            [x, graph.Constant("distance.means", [means, dimension], distance.Means.Span), graph.Constant("distance.squares", [means], squares)],
            OnnxGraph.Integer("transB", 1),
            OnnxGraph.Float("alpha", -2));
        x = graph.Node("Add", "distance.sum", [product, own]);
        x = graph.Node("ReduceMin", "distance.nearest", [x], OnnxGraph.Integers("axes", 1), OnnxGraph.Integer("keepdims", 0));
        x = graph.Node("Max", "distance.square", [x, graph.Constant("distance.zero", [1], [0f])]);
        x = graph.Node("Mul", "distance.mean", [x, graph.Constant("distance.share", [1], [1f / dimension])]);
        return graph.Node("Sqrt", name, [x]);
    }
}
