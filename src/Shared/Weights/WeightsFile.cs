using System.Buffers.Binary;
using WrnCloud.Errors;
using WrnCloud.Safetensors;
using WrnCloud.Weights.Torch;

namespace WrnCloud.Weights;

/// <summary>
/// Reads a user's file of weights: <c>.safetensors</c>, or the format of <c>torch.save</c>. The format is detected by the first bytes, not by the
/// name.
/// </summary>
public static class WeightsFile
{
    /// <summary>Longest file that is read, in bytes.</summary>
    public const long MaxBytes = 0x7FFFFFC7;

    private const byte PickleProto = 0x80;
    private const int LastProtocol = 5;

    /// <summary>The tensors under the network's names, without prefixes; null when the file has neither format.</summary>
    /// <param name="file">The file's bytes; the tensors are views of them.</param>
    /// <exception cref="WrnException">
    /// <c>weights-legacy</c>: PyTorch's format before 1.6. <c>weights-unsafe</c>: a pickle that asks for more than tensors.
    /// <c>weights-invalid</c>: damaged, or not weights. <c>weights-unfit</c>: weights of several networks, or of an unsupported one.
    /// </exception>
    public static IReadOnlyDictionary<string, WeightTensor>? TryRead(ReadOnlyMemory<byte> file)
    {
        var start = file.Span[..Math.Min(file.Length, 9)];
        if (start.StartsWith("PK\u0003\u0004"u8)) return TensorNames.WithoutPrefix(StateDict.Of(TorchArchive.Read(file)));
        if (start is [PickleProto, <= LastProtocol, ..]) throw Legacy();
        return IsSafetensors(start, file.Length) ? TensorNames.WithoutPrefix(ReadSafetensors(file)) : null;
    }

    private static bool IsSafetensors(ReadOnlySpan<byte> start, long length) =>
        start.Length == 9 && start[8] == (byte)'{' && BinaryPrimitives.ReadUInt64LittleEndian(start) <= (ulong)length;

    private static Dictionary<string, WeightTensor> ReadSafetensors(ReadOnlyMemory<byte> file)
    {
        try
        {
            var tensors = SafetensorsFile.Read(file).Tensors;
            return tensors.ToDictionary(
                t => t.Key, t => WeightTensor.Contiguous(t.Key, t.Value.Type, t.Value.Shape, t.Value.Data), StringComparer.Ordinal);
        }
        catch (SafetensorsException e)
        {
            throw new WrnException(ErrorCatalogue.WeightsInvalid, $"The safetensors file can't be read: {e.Message}", null, e);
        }
    }

    private static WrnException Legacy() => new(
        ErrorCatalogue.WeightsLegacy,
        "The file is in PyTorch's format from before 1.6. Save it again: "
        + "python3 -c \"import torch; torch.save(torch.load('old.pth', map_location='cpu'), 'new.pth')\".");
}
