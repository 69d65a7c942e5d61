using System.Runtime.InteropServices;
using WrnCloud.Errors;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Onnx;
using WrnCloud.Weights;

namespace WrnCloud.TrainerJob.Weights;

/// <summary>
/// The constants of an ONNX graph: its initialisers, what Constant nodes make, and either under the names that Identity nodes give them.
/// </summary>
internal sealed class OnnxConstants
{
    private const int MostRenames = 8;
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _renamed = new(StringComparer.Ordinal);

    public OnnxConstants(GraphProto graph)
    {
        foreach (var constant in graph.Initializer) _constants[constant.Name] = constant;
        foreach (var node in graph.Node.Where(n => n.Output.Count == 1))
        {
            if (node.OpType == "Constant" && node.Attribute.FirstOrDefault(a => a.Name == "value")?.T is { } value)
                _constants[node.Output[0]] = value;
            if (node.OpType == "Identity" && node.Input.Count == 1) _renamed[node.Output[0]] = node.Input[0];
        }
    }

    /// <summary>Names of the initialisers.</summary>
    public IEnumerable<string> Names => _constants.Keys;

    /// <summary>Whether this name is a constant's.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>The constant.</summary>
    /// <exception cref="WrnException"><c>weights-invalid</c>: it is none, of another type than numbers with a point, or not whole.</exception>
    public WeightTensor this[string name]
    {
        get
        {
            var constant = Find(name) ?? throw Invalid($"'{name}' is no constant.");
            if (constant.DataLocation == TensorProto.Types.DataLocation.External)
                throw Invalid($"'{name}' lies in another file; save the model with its weights inside.");
            return WeightTensor.Contiguous(name, TypeOf(constant), [.. constant.Dims], Bytes(constant));
        }
    }

    private TensorProto? Find(string name)
    {
        for (var i = 0; i < MostRenames && _renamed.TryGetValue(name, out var before); i++) name = before;
        return _constants.GetValueOrDefault(name);
    }

    private static TensorType TypeOf(TensorProto constant) => (TensorProto.Types.DataType)constant.DataType switch
    {
        TensorProto.Types.DataType.Float => TensorType.F32,
        TensorProto.Types.DataType.Float16 => TensorType.F16,
        TensorProto.Types.DataType.Bfloat16 => TensorType.Bf16,
        TensorProto.Types.DataType.Double => TensorType.F64,
        var other => throw Invalid($"'{constant.Name}' holds {other}, not numbers with a point."),
    };

    // Raw, or in the field of the type; half precision then has an integer for each element.
    private static ReadOnlyMemory<byte> Bytes(TensorProto constant) => constant switch
    {
        { RawData.Length: > 0 } => constant.RawData.Memory,
        { FloatData.Count: > 0 } => MemoryMarshal.AsBytes<float>(constant.FloatData.ToArray()).ToArray(),
        { DoubleData.Count: > 0 } => MemoryMarshal.AsBytes<double>(constant.DoubleData.ToArray()).ToArray(),
        { Int32Data.Count: > 0 } => MemoryMarshal.AsBytes<ushort>(constant.Int32Data.Select(v => (ushort)v).ToArray()).ToArray(),
        _ => ReadOnlyMemory<byte>.Empty,
    };

    private static WrnException Invalid(string detail) => new(ErrorCatalogue.WeightsInvalid, detail);
}
