using System.Buffers.Binary;
using System.Runtime.InteropServices;
using WrnCloud.Errors;
using WrnCloud.Safetensors;

namespace WrnCloud.Weights;

/// <summary>One tensor of a file of weights: a view of the file's bytes, converted on demand.</summary>
public sealed class WeightTensor
{
    /// <summary>Most dimensions of a tensor.</summary>
    public const int MaxRank = 8;

    private readonly ReadOnlyMemory<byte> _storage;
    private readonly long _offset;
    private readonly long[] _strides;

    private WeightTensor(TensorType type, long[] shape, ReadOnlyMemory<byte> storage, long offset, long[] strides)
    {
        (Type, Shape, _storage, _offset, _strides) = (type, shape, storage, offset, strides);
        Count = shape.Aggregate(1L, (product, size) => product * size);
    }

    /// <summary>Element type in the file.</summary>
    public TensorType Type { get; }

    /// <summary>Sizes of the dimensions; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Whether the elements are floating-point numbers, as weights are.</summary>
    public bool IsFloat => Type is TensorType.F32 or TensorType.F16 or TensorType.Bf16 or TensorType.F64;

    /// <summary>Type and shape in words, such as <c>F16 64×3×7×7</c>.</summary>
    public string Description => $"{Type.ToString().ToUpperInvariant()} {Words(Shape)}";

    /// <summary>A shape in words.</summary>
    public static string Words(IReadOnlyList<long> shape) => shape.Count == 0 ? "scalar" : string.Join('×', shape);

    /// <summary>A tensor whose elements are row-major and fill the bytes.</summary>
    /// <exception cref="WrnException"><c>weights-invalid</c>: the length does not match type and shape.</exception>
    public static WeightTensor Contiguous(string name, TensorType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> data)
    {
        if (shape.Count > MaxRank || SafetensorsTensor.ByteLength(type, shape) != data.Length)
            throw new WrnException(ErrorCatalogue.WeightsInvalid, $"The {data.Length} bytes of '{name}' do not match its type and shape.");
        return new WeightTensor(type, [.. shape], data, 0, RowMajor(shape));
    }

    /// <summary>A strided view of a storage.</summary>
    /// <param name="type">Element type.</param>
    /// <param name="storage">The storage's bytes.</param>
    /// <param name="offset">First element.</param>
    /// <param name="shape">Sizes of the dimensions.</param>
    /// <param name="strides">Elements from one index to the next, for each dimension.</param>
    /// <exception cref="WrnException">
    /// <c>weights-invalid</c>: some element lies outside the storage, or the view has more elements than the storage.
    /// </exception>
    public static WeightTensor Of(TensorType type, ReadOnlyMemory<byte> storage, long offset, long[] shape, long[] strides)
    {
        var held = storage.Length / SafetensorsTensor.SizeOf(type);
        var fits = shape.Length <= MaxRank && shape.Length == strides.Length && offset >= 0 && shape.All(s => s >= 0) && strides.All(s => s >= 0)
            && SafetensorsTensor.ByteLength(TensorType.U8, shape) <= held && Last(offset, shape, strides) < (UInt128)held;
        if (fits) return new WeightTensor(type, shape, storage, offset, strides);
        throw new WrnException(
            ErrorCatalogue.WeightsInvalid, $"A tensor of {Words(shape)} elements lies outside its storage of {held} elements, or repeats them.");
    }

    /// <summary>The elements as little-endian float32, row-major. Data already in this format is not copied.</summary>
    public ReadOnlyMemory<byte> ToFloat32()
    {
        var size = SafetensorsTensor.SizeOf(Type);
        var isDense = Count == 0 || _strides.AsSpan().SequenceEqual(RowMajor(Shape));
        var dense = isDense ? _storage.Slice(checked((int)(_offset * size)), checked((int)(Count * size))) : Gather(size);
        return Type == TensorType.F32 ? dense : Convert(dense.Span);
    }

    private static UInt128 Last(long offset, long[] shape, long[] strides)
    {
        if (shape.Contains(0)) return 0;
        var last = (UInt128)offset;
        for (var i = 0; i < shape.Length; i++) last += (UInt128)(shape[i] - 1) * (UInt128)strides[i];
        return last;
    }

    private static long[] RowMajor(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        var step = 1L;
        for (var i = shape.Count - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(1, shape[i]);
        }

        return strides;
    }

    private byte[] Gather(int size)
    {
        var dense = new byte[checked((int)(Count * size))];
        var index = new long[Shape.Count];
        var source = _storage.Span;
        var from = _offset;
        for (var to = 0; to < dense.Length; to += size)
        {
            source.Slice((int)(from * size), size).CopyTo(dense.AsSpan(to));
            for (var d = index.Length - 1; d >= 0; d--)
            {
                from += _strides[d];
                if (++index[d] < Shape[d]) break;
                from -= index[d] * _strides[d];
                index[d] = 0;
            }
        }

        return dense;
    }

    private byte[] Convert(ReadOnlySpan<byte> source)
    {
        var bytes = new byte[checked((int)(Count * sizeof(float)))];
        var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Type switch
            {
                TensorType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(source[(2 * i)..]),
                TensorType.Bf16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * i)..]) << 16),
                TensorType.F64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(source[(8 * i)..]),
                _ => throw new InvalidOperationException($"{Type} elements are not weights."),
            };
        }

        return bytes;
    }
}
