using WrnCloud.Errors;

namespace WrnCloud.Functions.Scoring;

/// <summary>
/// Inspects an ONNX file before ONNX Runtime loads it.
/// A tensor may name another file to read ("external data"), which has more than once exposed other files of a server;
/// an operator may come from a library. This project's exporter writes neither, nor any of the containers that could hide one, so that all of these
/// are rejected: the walk covers the remaining places, at a fixed depth.
/// </summary>
/// <remarks>Field numbers are those of <c>onnx.proto</c>.</remarks>
internal static class OnnxInspection
{
    /// <summary>Rejects a file that is not a plain, self-contained graph as this system exports it.</summary>
    /// <exception cref="WrnException"><c>model-not-servable</c>.</exception>
    public static void Require(ReadOnlySpan<byte> onnx)
    {
        try
        {
            var hasGraph = false;
            var model = new ProtobufReader(onnx);
            while (model.Next())
            {
                switch (model.Field)
                {
                    case 7:
                        // Parsers merge a repeated singular field, so that each occurrence is checked.
                        hasGraph = true;
                        RequireGraph(model.Bytes);
                        break;
                    case 8:
                        RequireDomain(model.Bytes, field: 1);
                        break;
                    case 20:
                        throw Refused("carries training information");
                    case 25:
                        throw Refused("defines functions");
                }
            }

            if (!hasGraph) throw Refused("has no graph");
        }
        catch (InvalidDataException e)
        {
            throw new WrnException(ErrorCatalogue.ModelNotServable, $"The model is not an ONNX file: {e.Message}", null, e);
        }
    }

    private static void RequireGraph(ReadOnlySpan<byte> bytes)
    {
        var graph = new ProtobufReader(bytes);
        while (graph.Next())
        {
            if (graph.Field == 1) RequireNode(graph.Bytes);
            else if (graph.Field == 5) RequireTensor(graph.Bytes);
            else if (graph.Field == 15) throw Refused("has sparse tensors");
        }
    }

    private static void RequireNode(ReadOnlySpan<byte> bytes)
    {
        RequireDomain(bytes, field: 7);
        var node = new ProtobufReader(bytes);
        while (node.Next())
        {
            if (node.Field == 5) RequireAttribute(node.Bytes);
        }
    }

    private static void RequireAttribute(ReadOnlySpan<byte> bytes)
    {
        var attribute = new ProtobufReader(bytes);
        while (attribute.Next())
        {
            if (attribute.Field is 5 or 10) RequireTensor(attribute.Bytes);
            else if (attribute.Field is 6 or 11) throw Refused("has nested graphs");
            else if (attribute.Field is 22 or 23) throw Refused("has sparse tensors");
        }
    }

    private static void RequireTensor(ReadOnlySpan<byte> bytes)
    {
        var tensor = new ProtobufReader(bytes);
        while (tensor.Next())
        {
            if (tensor.Field == 13 || (tensor.Field == 14 && tensor.Number != 0)) throw Refused("stores tensors outside its file");
        }
    }

    private static void RequireDomain(ReadOnlySpan<byte> bytes, int field)
    {
        var message = new ProtobufReader(bytes);
        while (message.Next())
        {
            if (message.Field == field && !message.Bytes.IsEmpty && !message.Bytes.SequenceEqual("ai.onnx"u8))
                throw Refused("needs operators that are not ONNX's own");
        }
    }

    private static WrnException Refused(string what) => new(ErrorCatalogue.ModelNotServable, $"The model {what}; such models are not loaded.");
}
