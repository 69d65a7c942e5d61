using System.Buffers.Binary;
using System.Text;

namespace WrnCloud.Shared.Tests.Weights;

/// <summary>Writes pickles opcode by opcode, as PyTorch and as its enemies do.</summary>
internal sealed class PickleBuilder
{
    private readonly List<byte> _bytes = [];

    public PickleBuilder() => Raw(0x80, 2);

    public PickleBuilder Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBuilder Op(string opcodes) => Raw(Encoding.Latin1.GetBytes(opcodes));

    public PickleBuilder Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Op("X").Int32(bytes.Length).Raw(bytes);
    }

    public PickleBuilder Number(int value) => Op("J").Int32(value);

    public PickleBuilder Global(string module, string name) => Op($"c{module}\n{name}\n");

    /// <summary>A call of <c>torch._utils._rebuild_tensor_v2</c>.</summary>
    public PickleBuilder Tensor(string storageType, string key, int count, int offset, int[] shape, int[] strides)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Op("((").Text("storage")
            .Global("torch", storageType).Text(key).Text("cpu").Number(count).Op("tQ").Number(offset);
        Tuple(shape).Tuple(strides).Raw(0x89).Global("collections", "OrderedDict").Op(")R");
        return Op("tR");
    }

    public byte[] Stop()
    {
        Op(".");
        return [.. _bytes];
    }

    private PickleBuilder Tuple(int[] values)
    {
        Op("(");
        foreach (var value in values) Number(value);
        return Op("t");
    }

    private PickleBuilder Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }
}
