using Google.Protobuf;
using WrnCloud.Errors;
using WrnCloud.TrainerJob.Onnx;
using WrnCloud.Weights;

namespace WrnCloud.TrainerJob.Weights;

/// <summary>Reads the weights out of an ONNX model: by their names where they are torchvision's, else by their places in the graph.</summary>
internal static class OnnxWeightsFile
{
    // Bytes of a model that are no elements of tensors: a message of two bytes becomes an object of a hundred. ResNet-152 has 150 kB of them.
    private const long MaxStructureBytes = 8 << 20;

    // Field numbers of onnx.proto.
    private const int Graph = 7, Initializer = 5, RawData = 9, FloatData = 4, DoubleData = 10;

    /// <summary>The tensors by torchvision's names, and whether batch normalisations were folded into the convolutions.</summary>
    /// <exception cref="WrnException">
    /// <c>weights-invalid</c>: no ONNX model, or a damaged one; <c>weights-unfit</c>: of another kind of network.
    /// </exception>
    public static (IReadOnlyDictionary<string, WeightTensor> Tensors, bool IsFolded) Read(byte[] file)
    {
        var graph = Parse(file);
        var constants = new OnnxConstants(graph);
        if (!IsNamed(constants)) return OnnxResNet.Read(graph, constants);
        return (TensorNames.WithoutPrefix(constants.Names.Where(IsWeight).ToDictionary(n => n, n => constants[n], StringComparer.Ordinal)), false);
    }

    // Training programs keep every batch normalisation when they are told to; then all names are the state dict's.
    private static bool IsNamed(OnnxConstants constants) => constants.Names.Any(n => n.EndsWith("layer4.0.bn1.running_var", StringComparison.Ordinal))
        && constants.Names.Any(n => n.EndsWith("layer4.0.conv1.weight", StringComparison.Ordinal));

    private static bool IsWeight(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal) || name.EndsWith(".bias", StringComparison.Ordinal)
        || name.EndsWith(".running_mean", StringComparison.Ordinal) || name.EndsWith(".running_var", StringComparison.Ordinal);

    private static GraphProto Parse(byte[] file)
    {
        try
        {
            if (StructureBytes(file) > MaxStructureBytes) throw Invalid($"it has more than {MaxStructureBytes} bytes beside its tensors' elements");
            return ModelProto.Parser.ParseFrom(file).Graph ?? throw Invalid("it has no graph");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Invalid(e.Message.TrimEnd('.'), e);
        }
    }

    private static long StructureBytes(byte[] file)
    {
        var elements = 0L;
        foreach (var (graph, start, length) in Fields(file, 0, file.Length))
        {
            if (graph != Graph) continue;
            foreach (var (tensor, from, count) in Fields(file, start, length).Where(f => f.Field == Initializer))
                elements += Fields(file, from, count).Where(f => f.Field is RawData or FloatData or DoubleData).Sum(f => (long)f.Length);
        }

        return file.Length - elements;
    }

    // The length-delimited fields of a message; all others are passed over.
    private static IEnumerable<(int Field, int Start, int Length)> Fields(byte[] file, int start, int length)
    {
        var input = new CodedInputStream(file, start, length);
        while (input.ReadTag() is > 0 and var tag)
        {
            var from = (int)input.Position;
            input.SkipLastField();
            if (WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited) continue;

            // Behind the length, a number of one byte more than bytes with their highest bit set.
            while (file[from++] >= 0x80)
            {
            }

            yield return (WireFormat.GetTagFieldNumber(tag), from, (int)input.Position - from);
        }
    }

    private static WrnException Invalid(string why, Exception? inner = null) => new(
        ErrorCatalogue.WeightsInvalid,
        $"The file is neither safetensors nor what torch.save writes, and as an ONNX model it can't be read: {why}.",
        null,
        inner);
}
