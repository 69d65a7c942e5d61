namespace WrnCloud.Safetensors;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes of the dimensions; empty for a scalar.</param>
/// <param name="Data">The elements, row-major and little-endian; product of <paramref name="Shape"/> times the element's size bytes.</param>
public sealed record SafetensorsTensor(TensorType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>Bytes of one element of a type.</summary>
    public static int SizeOf(TensorType type) => type switch
    {
        TensorType.Bool or TensorType.U8 or TensorType.I8 => 1,
        TensorType.U16 or TensorType.I16 or TensorType.F16 or TensorType.Bf16 => 2,
        TensorType.U32 or TensorType.I32 or TensorType.F32 => 4,
        _ => 8,
    };

    /// <summary>Length in bytes of a type and shape; null for a negative dimension or when the product overflows Int64.</summary>
    public static long? ByteLength(TensorType type, IReadOnlyList<long> shape)
    {
        // UInt128 holds any product of two of the factors, so that one comparison per factor is enough to detect overflow.
        UInt128 length = (uint)SizeOf(type);
        var empty = false;
        foreach (var size in shape)
        {
            if (size < 0) return null;
            if (size == 0)
            {
                empty = true;
                continue;
            }

            length *= (ulong)size;
            if (length > long.MaxValue) return null;
        }

        return empty ? 0 : (long)length;
    }
}
