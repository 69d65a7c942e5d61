using System.Runtime.InteropServices;
using Google.Protobuf;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Onnx;

/// <summary>A graph under construction: every operation appends a node and gives the name of its output.</summary>
internal sealed class OnnxGraph
{
    private const int IrVersion = 8;
    private const int Opset = 17;
    private readonly GraphProto _graph;

    public OnnxGraph(string name) => _graph = new GraphProto { Name = name };

    /// <summary>The graph as it is so far, as a model (opset 17, IR 8).</summary>
    public ModelProto ToModel() => new()
    {
        IrVersion = IrVersion,
        ProducerName = "WrnCloud",
        Graph = _graph,
        OpsetImport = { new OperatorSetIdProto { Version = Opset } },
    };

    /// <summary>Declares a graph input; text stands for a dynamic dimension.</summary>
    public string Input(string name, TensorProto.Types.DataType type, params ReadOnlySpan<object> shape)
    {
        _graph.Input.Add(Value(name, type, shape));
        return name;
    }

    /// <summary>Declares a graph output, which a node must have been given as its output's name.</summary>
    public void Output(string name, TensorProto.Types.DataType type, params ReadOnlySpan<object> shape) =>
        _graph.Output.Add(Value(name, type, shape));

    /// <summary>Appends a node with one output, which carries the node's name.</summary>
    public string Node(string operation, string name, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = name };
        foreach (var input in inputs) node.Input.Add(input);
        foreach (var attribute in attributes) node.Attribute.Add(attribute);
        node.Output.Add(name);
        _graph.Node.Add(node);
        return name;
    }

    /// <summary>Adds a copy of a tensor as a float32 constant.</summary>
    public string Constant(string name, Tensor value)
    {
        using var scope = NewDisposeScope();
        return Constant(name, value.shape, value.detach().cpu().contiguous().data<float>().ToArray());
    }

    /// <summary>Adds a float32 constant.</summary>
    public string Constant(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
        };
        tensor.Dims.AddRange(shape.ToArray());
        _graph.Initializer.Add(tensor);
        return name;
    }

    /// <summary>Adds a list of integers as a constant, such as a shape.</summary>
    public string Constant(string name, ReadOnlySpan<long> values)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Int64,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
            Dims = { values.Length },
        };
        _graph.Initializer.Add(tensor);
        return name;
    }

    public static AttributeProto Integer(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Float(string name, double value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)value };

    public static AttributeProto Integers(string name, params IEnumerable<long> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, ReadOnlySpan<object> shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (var size in shape)
        {
            dimensions.Dim.Add(size is string symbol
                ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(size) });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions } },
        };
    }
}
