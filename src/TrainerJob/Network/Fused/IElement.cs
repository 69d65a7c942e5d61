using System.Runtime.Intrinsics;

namespace WrnCloud.TrainerJob.Network.Fused;

/// <summary>How eight neighbouring numbers of a tensor become float32 and go back.</summary>
internal unsafe interface IElement
{
    /// <summary>Bytes of one number.</summary>
    static abstract int Size { get; }

    /// <summary>Reads the eight numbers from this one on.</summary>
    static abstract Vector256<float> Load(byte* row, int index);

    /// <summary>Writes eight numbers from this one on, rounded to nearest.</summary>
    static abstract void Store(byte* row, int index, Vector256<float> values);
}
