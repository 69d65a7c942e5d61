using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WrnCloud.TrainerJob.Network.Fused;

/// <summary>bfloat16: the upper half of a float32, rounded to nearest, ties to even.</summary>
internal readonly struct BFloat16Element : IElement
{
    private const uint QuietNan = 0x7FC0;
    private const uint AlmostHalf = 0x7FFF;

    public static int Size => sizeof(ushort);

    public static unsafe Vector256<float> Load(byte* row, int index)
    {
        var halves = Vector128.Load((ushort*)row + index);
        var wide = Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(halves).AsUInt32()
            : Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves));
        return Vector256.ShiftLeft(wide, 16).AsSingle();
    }

    public static unsafe void Store(byte* row, int index, Vector256<float> values)
    {
        var bits = values.AsUInt32();
        var odd = Vector256.ShiftRightLogical(bits, 16) & Vector256<uint>.One;
        var rounded = Vector256.ShiftRightLogical(bits + odd + Vector256.Create(AlmostHalf), 16);

        // Rounding up would carry a NaN's bits into its sign.
        var upper = Vector256.ConditionalSelect(Vector256.Equals(values, values).AsUInt32(), rounded, Vector256.Create(QuietNan));
        Vector128.Narrow(upper.GetLower(), upper.GetUpper()).Store((ushort*)row + index);
    }
}
