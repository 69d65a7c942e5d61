using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network.Fused;

/// <summary>The memory of a tensor N×C×H×W on the CPU, channels-last: rows of C numbers. Good as long as the tensor is.</summary>
internal readonly unsafe struct PixelRows
{
    private PixelRows(byte* data, int rows, int channels, bool isHalf)
    {
        Data = data;
        (Rows, Channels, IsHalf) = (rows, channels, isHalf);
    }

    public byte* Data { get; }

    /// <summary>N·H·W.</summary>
    public int Rows { get; }

    public int Channels { get; }

    /// <summary>bfloat16; else float32.</summary>
    public bool IsHalf { get; }

    /// <summary>Throws when the tensor is not on the CPU, not channels-last, or of another type.</summary>
    public static PixelRows Of(Tensor images)
    {
        if (images.dtype is not (ScalarType.Float32 or ScalarType.BFloat16))
            throw new ArgumentException($"{images.dtype} is neither float32 nor bfloat16.", nameof(images));
        using var scope = NewDisposeScope();
        var interleaved = images.permute(0, 2, 3, 1);
        var data = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(interleaved.bytes));
        var channels = (int)images.shape[1];
        return new PixelRows(data, (int)(images.numel() / channels), channels, images.dtype == ScalarType.BFloat16);
    }
}
