using System.Buffers.Binary;
using System.Text;
using WrnCloud.Errors;
using WrnCloud.Safetensors;

namespace WrnCloud.Weights.Torch;

/// <summary>
/// Reads the pickle of a PyTorch state dict. A pickle is a program, and Python's reader runs any function that it names; this one supports the
/// opcodes of <see cref="PickleOpcode"/>, three functions and the storage types, implements them itself, and rejects everything else. It does not
/// recurse, and its memory is bounded by <see cref="MaxBytes"/> and <see cref="MaxSteps"/>.
/// </summary>
internal sealed class PickleReader
{
    /// <summary>Longest pickle that is read, in bytes: ResNet-152 with its optimizer has a quarter of a megabyte.</summary>
    public const int MaxBytes = 8 << 20;

    /// <summary>Most opcodes that are executed.</summary>
    public const int MaxSteps = 1_000_000;

    private const int MaxName = 200;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Dictionary<string, object> Globals = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = PickleFunction.OrderedDict,
        ["torch._utils._rebuild_tensor_v2"] = PickleFunction.RebuildTensor,
        ["torch._utils._rebuild_parameter"] = PickleFunction.RebuildParameter,
        ["torch.FloatStorage"] = TensorType.F32,
        ["torch.HalfStorage"] = TensorType.F16,
        ["torch.BFloat16Storage"] = TensorType.Bf16,
        ["torch.DoubleStorage"] = TensorType.F64,
        ["torch.LongStorage"] = TensorType.I64,
        ["torch.IntStorage"] = TensorType.I32,
        ["torch.ShortStorage"] = TensorType.I16,
        ["torch.CharStorage"] = TensorType.I8,
        ["torch.ByteStorage"] = TensorType.U8,
        ["torch.BoolStorage"] = TensorType.Bool,
    };

    private readonly ReadOnlyMemory<byte> _pickle;
    private readonly Func<TorchStorage, ReadOnlyMemory<byte>> _bytesOf;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _position;

    private PickleReader(ReadOnlyMemory<byte> pickle, Func<TorchStorage, ReadOnlyMemory<byte>> bytesOf) => (_pickle, _bytesOf) = (pickle, bytesOf);

    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    /// <summary>
    /// The pickled value: null, bool, long, double, string, <see cref="WeightTensor"/>, <see cref="PickleDict"/>, a list as <see cref="List{T}"/>, or
    /// a tuple as an array.
    /// </summary>
    /// <param name="pickle">The bytes.</param>
    /// <param name="bytesOf">Returns a storage's bytes.</param>
    /// <exception cref="WrnException"><c>weights-unsafe</c>: it asks for more than tensors; <c>weights-invalid</c>: it is damaged.</exception>
    public static object? Read(ReadOnlyMemory<byte> pickle, Func<TorchStorage, ReadOnlyMemory<byte>> bytesOf)
    {
        if (pickle.Length > MaxBytes) throw Invalid($"has {pickle.Length} bytes; at most {MaxBytes} are read");
        return new PickleReader(pickle, bytesOf).Run();
    }

    private object? Run()
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            var opcode = (PickleOpcode)Byte();
            if (opcode == PickleOpcode.Stop) return Pop();
            Follow(opcode);
        }

        throw Invalid($"has more than {MaxSteps} opcodes");
    }

    private void Follow(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto when Byte() <= 5: break;
            case PickleOpcode.Frame: Take(8); break;
            case PickleOpcode.None: Push(null); break;
            case PickleOpcode.NewTrue: Push(true); break;
            case PickleOpcode.NewFalse: Push(false); break;
            case PickleOpcode.BinInt: Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case PickleOpcode.BinInt1: Push((long)Byte()); break;
            case PickleOpcode.BinInt2: Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case PickleOpcode.Long1: Push(Long(Take(Byte()))); break;
            case PickleOpcode.BinFloat: Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case PickleOpcode.BinUnicode: Push(Text(Take(Length()))); break;
            case PickleOpcode.ShortBinUnicode: Push(Text(Take(Byte()))); break;
            case PickleOpcode.EmptyDict: Push(new PickleDict()); break;
            case PickleOpcode.EmptyList: Push(new List<object?>()); break;
            case PickleOpcode.EmptyTuple: Push(Array.Empty<object?>()); break;
            case PickleOpcode.Mark: _marks.Add(_stack.Count); break;
            case PickleOpcode.Tuple: Push(PopToMark()); break;
            case PickleOpcode.Tuple1: Push(PopLast(1)); break;
            case PickleOpcode.Tuple2: Push(PopLast(2)); break;
            case PickleOpcode.Tuple3: Push(PopLast(3)); break;
            case PickleOpcode.Append: AppendTo(PopLast(1)); break;
            case PickleOpcode.Appends: AppendTo(PopToMark()); break;
            case PickleOpcode.SetItem: SetIn(PopLast(2)); break;
            case PickleOpcode.SetItems: SetIn(PopToMark()); break;
            case PickleOpcode.BinPut: _memo[Byte()] = Top(); break;
            case PickleOpcode.LongBinPut: _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top(); break;
            case PickleOpcode.Memoize: _memo[(uint)_memo.Count] = Top(); break;
            case PickleOpcode.BinGet: Push(Recall(Byte())); break;
            case PickleOpcode.LongBinGet: Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case PickleOpcode.Global: Push(Find($"{Line()}.{Line()}")); break;
            case PickleOpcode.StackGlobal: FindOnStack(PopLast(2)); break;
            case PickleOpcode.BinPersId: Push(Storage(Pop())); break;
            case PickleOpcode.Reduce: Call(PopLast(2)); break;
            case PickleOpcode.Build: Build(PopLast(1)[0]); break;
            default: throw Unsafe($"the opcode 0x{(byte)opcode:x2}");
        }
    }

    private void Call(object?[] call) => Push(call switch
    {
        [PickleFunction.OrderedDict, object?[] { Length: 0 }] => new PickleDict(),
        [PickleFunction.RebuildTensor, object?[] and [TorchStorage storage, long offset, object?[] shape, object?[] strides, ..]] =>
            Tensor(storage, offset, shape, strides),
        [PickleFunction.RebuildParameter, object?[] and [WeightTensor tensor, ..]] => tensor,
        [PickleFunction function, _] => throw Invalid($"calls {function} with other arguments than it has"),
        _ => throw Unsafe("a call of a function that no state dict uses"),
    });

    private WeightTensor Tensor(TorchStorage storage, long offset, object?[] shape, object?[] strides)
    {
        if (!Array.TrueForAll(shape, s => s is long) || !Array.TrueForAll(strides, s => s is long))
            throw Invalid("gives a tensor's shape in values that are not numbers");
        return WeightTensor.Of(storage.Type, _bytesOf(storage), offset, [.. shape.Cast<long>()], [.. strides.Cast<long>()]);
    }

    // A state dict's attributes are its modules' versions, which are not needed here.
    private void Build(object? state)
    {
        if (Top() is not PickleDict || state is not (PickleDict or object?[] or null)) throw Unsafe("an object with its own state");
    }

    private static TorchStorage Storage(object? id) =>
        id is object?[] and ["storage", TensorType type, string key, string, long count, ..] && count >= 0
            ? new TorchStorage(type, key, count)
            : throw Invalid("refers to an external object that is not a storage");

    private static object Find(string name) =>
        Globals.TryGetValue(name, out var found) ? found : throw Unsafe($"'{(name.Length > MaxName ? name[..MaxName] + "…" : name)}'");

    private void FindOnStack(object?[] names)
    {
        if (names is not [string module, string name]) throw Invalid("names a function by a value that is not text");
        Push(Find($"{module}.{name}"));
    }

    private void AppendTo(object?[] items)
    {
        if (Top() is not List<object?> list) throw Invalid("appends to a value that is not a list");
        list.AddRange(items);
    }

    private void SetIn(object?[] items)
    {
        if (Top() is not PickleDict dict || items.Length % 2 != 0) throw Invalid("sets entries of a value that is not a dictionary");
        for (var i = 0; i < items.Length; i += 2) dict.Set(items[i], items[i + 1]);
    }

    private void Push(object? value) => _stack.Add(value);

    private object? Top() => _stack.Count > Floor ? _stack[^1] : throw Underflow();

    private object? Pop()
    {
        var top = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] PopLast(int count)
    {
        if (_stack.Count - count < Floor) throw Underflow();
        var items = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0) throw Underflow();
        var items = PopLast(_stack.Count - _marks[^1]);
        _marks.RemoveAt(_marks.Count - 1);
        return items;
    }

    private object? Recall(uint index) => _memo.TryGetValue(index, out var value) ? value : throw Invalid($"recalls {index}, which was not stored");

    private byte Byte() => Take(1)[0];

    private int Length()
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        return length <= MaxBytes ? (int)length : throw Cut();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _pickle.Length - _position) throw Cut();
        _position += count;
        return _pickle.Span.Slice(_position - count, count);
    }

    // Little-endian two's complement of any length; eight bytes hold every size.
    private static long Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > sizeof(long)) throw Invalid("has an integer of more than 64 bits");
        var value = bytes.IsEmpty || bytes[^1] < 128 ? 0L : -1L;
        for (var i = bytes.Length - 1; i >= 0; i--) value = (value << 8) | bytes[i];
        return value;
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw Invalid("has text that is not UTF-8", e);
        }
    }

    private string Line()
    {
        var rest = _pickle.Span[_position..];
        var end = rest[..Math.Min(rest.Length, 4 * MaxName)].IndexOf((byte)'\n');
        if (end < 0) throw Cut();
        _position += end + 1;
        return Text(rest[..end]);
    }

    private static WrnException Underflow() => Invalid("takes more from its stack than it holds");

    private static WrnException Cut() => Invalid("is cut off");

    private static WrnException Invalid(string what, Exception? inner = null) =>
        new(ErrorCatalogue.WeightsInvalid, $"The file's pickle {what}.", null, inner);

    private static WrnException Unsafe(string what) => new(
        ErrorCatalogue.WeightsUnsafe,
        $"The file's pickle asks for {what}, which no state dict needs; none of it was run. "
        + "Save only the state dict: torch.save(model.state_dict(), 'weights.pth').");
}
