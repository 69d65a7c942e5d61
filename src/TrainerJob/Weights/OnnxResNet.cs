using System.Runtime.InteropServices;
using WrnCloud.Errors;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Onnx;
using WrnCloud.Weights;

namespace WrnCloud.TrainerJob.Weights;

/// <summary>
/// Names the weights of a post-activation ResNet by the place that they have in an ONNX graph, whatever they are called there: <c>conv1</c>,
/// <c>bn1</c>, then block by block <c>layer1.0.conv1</c> … <c>layer2.0.downsample.1</c>, <c>fc</c>, as torchvision has them. A block ends at an Add;
/// a new group begins where a block halves the image. A convolution with a bias and no batch normalisation had one folded into it; it gets one that
/// adds the bias alone.
/// </summary>
internal sealed class OnnxResNet
{
    // A bottleneck's branch has three. Graphs that go round in circles end here too.
    private const int MaxBranchLayers = 8;

    private static readonly string[] NormalisationNames = ["weight", "bias", "running_mean", "running_var"];
    private readonly Dictionary<string, NodeProto> _makers = new(StringComparer.Ordinal);
    private readonly OnnxConstants _constants;
    private readonly Dictionary<string, WeightTensor> _tensors = new(StringComparer.Ordinal);

    private OnnxResNet(GraphProto graph, OnnxConstants constants)
    {
        _constants = constants;
        foreach (var node in graph.Node.Where(n => n.Output.Count > 0)) _makers[node.Output[0]] = node;
    }

    private bool IsFolded { get; set; }

    /// <summary>The weights by name, and whether batch normalisations were folded.</summary>
    /// <exception cref="WrnException"><c>weights-unfit</c>: the graph is of another kind of network.</exception>
    public static (Dictionary<string, WeightTensor> Tensors, bool IsFolded) Read(GraphProto graph, OnnxConstants constants)
    {
        var reader = new OnnxResNet(graph, constants);
        reader.AddStem(graph);
        reader.AddBlocks(graph);
        reader.AddClassifier(graph);
        return (reader._tensors, reader.IsFolded);
    }

    private void AddStem(GraphProto graph)
    {
        var first = graph.Node.FirstOrDefault(n => n.OpType == "Conv" && n.Output.Count > 0) ?? throw Incompatible("There is no convolution.");
        if (first.Input.Count == 0 || _makers.ContainsKey(first.Input[0]))
            throw Incompatible("Something is done to the pixels before the first convolution; export the network alone.");
        var normalisation = graph.Node.FirstOrDefault(n => n.OpType == "BatchNormalization" && n.Input.Count > 0 && n.Input[0] == first.Output[0]);
        var stem = new Layer(first, normalisation);
        if (stem.Stride != 2) throw Incompatible($"The first convolution has the stride {stem.Stride}, not 2.");
        Add(stem, "conv1", "bn1");
    }

    private void AddBlocks(GraphProto graph)
    {
        int group = 1, block = 0;
        foreach (var sum in graph.Node.Where(n => n.OpType == "Add" && n.Input.Count == 2 && !n.Input.Any(_constants.Has)))
        {
            var (branch, shortcut) = (LayersBefore(sum.Input[0]), LayersBefore(sum.Input[1]));
            if (branch.Count < shortcut.Count) (branch, shortcut) = (shortcut, branch);
            if (branch.Count < 2 || shortcut.Count > 1) throw Incompatible($"'{sum.Name}' adds up no residual block.");
            if (branch.FindIndex(l => l.Stride > 1) is >= 0 and var strided)
            {
                if (strided != branch.Count - 2)
                    throw Incompatible(
                        $"'{branch[strided].Convolution.Name}' halves the image, "
                            + "which in networks that are known here its block's 3×3 convolution does.");
                (group, block) = (group + 1, 0);
            }

            var name = $"layer{group}.{block++}";
            for (var i = 0; i < branch.Count; i++) Add(branch[i], $"{name}.conv{i + 1}", $"{name}.bn{i + 1}");
            if (shortcut.Count == 1) Add(shortcut[0], $"{name}.downsample.0", $"{name}.downsample.1");
        }
    }

    // The one linear layer, if there is one.
    private void AddClassifier(GraphProto graph)
    {
        var linear = graph.Node.Where(
            n => n.OpType is "Gemm" or "MatMul" && n.Input.Count > 1 && n.Output.Count > 0 && _constants.Has(n.Input[1])).ToList();
        if (linear.Count == 0) return;
        if (linear.Count > 1) throw Incompatible($"There are {linear.Count} linear layers; a classifier is one.");
        var layer = linear[0];
        if (layer.Attribute.Any(a => a.Name is "alpha" or "beta" && a.F != 1)) throw Incompatible($"The classifier '{layer.Name}' is scaled.");
        var weight = _constants[layer.Input[1]];
        if (weight.Shape.Count != 2) throw Incompatible($"The classifier '{layer.Name}' is {weight.Description}.");
        _tensors["fc.weight"] = layer.Attribute.Any(a => a.Name == "transB" && a.I == 1) ? weight : Transposed(weight);
        var bias = layer.OpType == "Gemm" ? layer.Input.ElementAtOrDefault(2) : BiasAfter(graph, layer.Output[0]);
        _tensors["fc.bias"] = bias is null ? throw Incompatible($"The classifier '{layer.Name}' has no bias.") : _constants[bias];
    }

    private string? BiasAfter(GraphProto graph, string product) =>
        graph.Node.FirstOrDefault(n => n.OpType == "Add" && n.Input.Contains(product))?.Input.FirstOrDefault(i => i != product && _constants.Has(i));

    private static WeightTensor Transposed(WeightTensor weight) =>
        WeightTensor.Of(TensorType.F32, weight.ToFloat32(), 0, [weight.Shape[1], weight.Shape[0]], [1, weight.Shape[1]]);

    // The convolutions between the block's input and one side of its sum, in the order in which they compute.
    // A branch has no ReLU behind its last one, so that a ReLU of a sum, a maximum or an input is where the block began.
    private List<Layer> LayersBefore(string output)
    {
        var layers = new List<Layer>();
        while (_makers.TryGetValue(output, out var node))
        {
            if (node.OpType == "Relu" && layers.Count > 0 && Maker(node)?.OpType is "BatchNormalization" or "Conv") node = Maker(node)!;
            if (node.OpType is not ("BatchNormalization" or "Conv")) break;
            var normalisation = node.OpType == "Conv" ? null : node;
            var convolution = normalisation is null ? node
                : Maker(node) is { OpType: "Conv" } found ? found
                : throw Incompatible($"'{node.Name}' normalises no convolution.");
            layers.Insert(0, new Layer(convolution, normalisation));
            if (layers.Count > MaxBranchLayers) throw Incompatible($"More than {MaxBranchLayers} convolutions follow one another without a sum.");
            if (convolution.Input.Count == 0) throw Incompatible($"The convolution '{convolution.Name}' has no input.");
            output = convolution.Input[0];
        }

        return layers;
    }

    private NodeProto? Maker(NodeProto node) => node.Input.Count > 0 ? _makers.GetValueOrDefault(node.Input[0]) : null;

    private void Add(Layer layer, string convolution, string normalisation)
    {
        var name = layer.Convolution.Name;
        if (layer.Convolution.Attribute.Any(a => a.Name == "dilations" && a.Ints.Any(d => d != 1)))
            throw Incompatible($"The convolution '{name}' is dilated.");
        if (layer.Convolution.Input.Count < 2) throw Incompatible($"The convolution '{name}' has no weights.");
        _tensors[$"{convolution}.weight"] = _constants[layer.Convolution.Input[1]];
        var bias = layer.Convolution.Input.Count > 2 ? _constants[layer.Convolution.Input[2]] : null;
        var parts = (layer.Normalisation, bias) switch
        {
            (null, { } folded) => Folded(folded),
            ({ Input.Count: 5 } node, null) => Normalisation(node),
            (null, null) => throw Incompatible(
                $"The convolution '{name}' has neither a batch normalisation after it nor a bias that one was folded into."),
            _ => throw Incompatible($"The convolution '{name}' has a bias and a batch normalisation."),
        };
        for (var i = 0; i < parts.Length; i++) _tensors[$"{normalisation}.{NormalisationNames[i]}"] = parts[i];
    }

    // Another ε than ours goes into the variance, where it is added anyway.
    private WeightTensor[] Normalisation(NodeProto node)
    {
        WeightTensor[] parts = [.. node.Input.Skip(1).Select(i => _constants[i])];
        var epsilon = node.Attribute.FirstOrDefault(a => a.Name == "epsilon")?.F ?? (float)BatchNormalisation.Epsilon;
        if (epsilon == (float)BatchNormalisation.Epsilon) return parts;
        var variance = MemoryMarshal.Cast<byte, float>(parts[3].ToFloat32().Span).ToArray()
            .Select(v => v + epsilon - (float)BatchNormalisation.Epsilon);
        parts[3] = Vector([.. variance]);
        return parts;
    }

    private WeightTensor[] Folded(WeightTensor bias)
    {
        IsFolded = true;
        var count = checked((int)bias.Count);
        return [Filled(count, 1), bias, Filled(count, 0), Filled(count, 1 - (float)BatchNormalisation.Epsilon)];
    }

    private static WeightTensor Filled(int count, float value)
    {
        var values = new float[count];
        Array.Fill(values, value);
        return Vector(values);
    }

    private static WeightTensor Vector(float[] values) =>
        WeightTensor.Contiguous("", TensorType.F32, [values.Length], MemoryMarshal.AsBytes<float>(values).ToArray());

    private static WrnException Incompatible(string detail) =>
        new(ErrorCatalogue.WeightsUnfit, $"The ONNX graph is of no ResNet that is known here: {detail}");

    private sealed record Layer(NodeProto Convolution, NodeProto? Normalisation)
    {
        public long Stride => Convolution.Attribute.FirstOrDefault(a => a.Name == "strides")?.Ints.FirstOrDefault() ?? 1;
    }
}
