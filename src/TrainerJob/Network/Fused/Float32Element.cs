using System.Runtime.Intrinsics;

namespace WrnCloud.TrainerJob.Network.Fused;

/// <summary>float32 as it is.</summary>
internal readonly struct Float32Element : IElement
{
    public static int Size => sizeof(float);

    public static unsafe Vector256<float> Load(byte* row, int index) => Vector256.Load((float*)row + index);

    public static unsafe void Store(byte* row, int index, Vector256<float> values) => values.Store((float*)row + index);
}
