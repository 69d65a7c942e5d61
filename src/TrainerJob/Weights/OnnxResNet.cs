using System.Runtime.InteropServices;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Export.Onnx;

namespace WrnCloud.TrainerJob.Weights;

/// <summary>
/// Names the weights of a post-activation ResNet by the place that they have in an ONNX graph, whatever they are called there: <c>conv1</c>, <c>bn1</c>,
/// then block by block <c>layer1.0.conv1</c> … <c>layer2.0.downsample.1</c>, as torchvision has them. A block ends at an Add; a new group begins
/// where a block halves the image. A classifier is left out.
/// </summary>
internal sealed class OnnxResNet
{
    // A bottleneck's branch has three. Graphs that go round in circles end here too.
    private const int MaxBranchLayers = 8;

    private static readonly string[] NormalisationNames = ["weight", "bias", "running_mean", "running_var"];
    private readonly Dictionary<string, NodeProto> _makers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafetensorsTensor> _tensors = new(StringComparer.Ordinal);

    private OnnxResNet(GraphProto graph)
    {
        foreach (var node in graph.Node.Where(n => n.Output.Count > 0)) _makers[node.Output[0]] = node;
        foreach (var constant in graph.Initializer) _constants[constant.Name] = constant;
    }

    /// <summary>The weights by name, float32.</summary>
    /// <exception cref="InvalidDataException">The graph is of another kind of network.</exception>
    public static Dictionary<string, SafetensorsTensor> Read(GraphProto? graph)
    {
        if (graph is null) throw new InvalidDataException("There is no graph.");
        var reader = new OnnxResNet(graph);
        reader.AddStem(graph);
        reader.AddBlocks(graph);
        return reader._tensors;
    }

    private void AddStem(GraphProto graph)
    {
        var first = graph.Node.FirstOrDefault(n => n.OpType == "Conv") ?? throw new InvalidDataException("There is no convolution.");
        var normalisation = graph.Node.FirstOrDefault(n => n.OpType == "BatchNormalization" && n.Input[0] == first.Output[0]);
        Add(new Layer(first, normalisation ?? throw NoNormalisation(first)), "conv1", "bn1");
    }

    private void AddBlocks(GraphProto graph)
    {
        int group = 1, block = 0;
        foreach (var sum in graph.Node.Where(n => n.OpType == "Add" && n.Input.Count == 2))
        {
            var (branch, shortcut) = (LayersBefore(sum.Input[0]), LayersBefore(sum.Input[1]));
            if (branch.Count < shortcut.Count) (branch, shortcut) = (shortcut, branch);
            if (branch.Count < 2 || shortcut.Count > 1) throw new InvalidDataException($"'{sum.Name}' adds up no residual block.");
            if (branch.Exists(l => l.Stride > 1)) (group, block) = (group + 1, 0);
            var name = $"layer{group}.{block++}";
            for (var i = 0; i < branch.Count; i++) Add(branch[i], $"{name}.conv{i + 1}", $"{name}.bn{i + 1}");
            if (shortcut.Count == 1) Add(shortcut[0], $"{name}.downsample.0", $"{name}.downsample.1");
        }
    }

    // The convolutions between the block's input and one side of its sum, in the order in which they compute. A branch has no ReLU behind its last one,
    // so that a ReLU of a sum, a maximum or an input is where the block began.
    private List<Layer> LayersBefore(string output)
    {
        var layers = new List<Layer>();
        while (_makers.TryGetValue(output, out var node))
        {
            if (node.OpType == "Relu" && layers.Count > 0 && Maker(node)?.OpType == "BatchNormalization") node = Maker(node)!;
            if (node.OpType != "BatchNormalization") break;
            var convolution = Maker(node) is { OpType: "Conv" } found ? found : throw new InvalidDataException($"'{node.Name}' normalises no convolution.");
            layers.Insert(0, new Layer(convolution, node));
            if (layers.Count > MaxBranchLayers) throw new InvalidDataException($"More than {MaxBranchLayers} convolutions follow one another without a sum.");
            output = convolution.Input[0];
        }

        return layers;
    }

    private NodeProto? Maker(NodeProto node) => node.Input.Count > 0 ? _makers.GetValueOrDefault(node.Input[0]) : null;

    private void Add(Layer layer, string convolution, string normalisation)
    {
        if (layer.Convolution.Input.Count != 2) throw new InvalidDataException($"The convolution '{layer.Convolution.Name}' has a bias.");
        if (layer.Normalisation.Input.Count != 5) throw NoNormalisation(layer.Convolution);
        _tensors[$"{convolution}.weight"] = Constant(layer.Convolution.Input[1]);
        for (var i = 0; i < NormalisationNames.Length; i++) _tensors[$"{normalisation}.{NormalisationNames[i]}"] = Constant(layer.Normalisation.Input[i + 1]);
    }

    private SafetensorsTensor Constant(string name)
    {
        if (!_constants.TryGetValue(name, out var constant)) throw new InvalidDataException($"'{name}' is no constant.");
        if (constant.DataType != (int)TensorProto.Types.DataType.Float) throw new InvalidDataException($"'{name}' is not float32.");
        var bytes = constant.FloatData.Count > 0 ? MemoryMarshal.AsBytes<float>(constant.FloatData.ToArray()).ToArray() : constant.RawData.ToByteArray();
        var shape = constant.Dims.ToArray();
        if (SafetensorsTensor.ByteLength(TensorType.F32, shape) != bytes.Length) throw new InvalidDataException($"'{name}' is not whole.");
        return new SafetensorsTensor(TensorType.F32, shape, bytes);
    }

    private static InvalidDataException NoNormalisation(NodeProto convolution) => new($"No batch normalisation follows the convolution '{convolution.Name}'.");

    private sealed record Layer(NodeProto Convolution, NodeProto Normalisation)
    {
        public long Stride => Convolution.Attribute.FirstOrDefault(a => a.Name == "strides")?.Ints.FirstOrDefault() ?? 1;
    }
}
