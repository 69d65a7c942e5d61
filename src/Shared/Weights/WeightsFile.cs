using System.Buffers.Binary;
using WrnCloud.Errors;
using WrnCloud.Safetensors;
using WrnCloud.Weights.Torch;

namespace WrnCloud.Weights;

/// <summary>
/// Reads a file of weights that somebody brings: <c>.safetensors</c>, or what <c>torch.save</c> writes. What it is, its first bytes say, not its
/// name.
/// </summary>
public static class WeightsFile
{
    /// <summary>Longest file that is read, in bytes.</summary>
    public const long MaxBytes = 0x7FFFFFC7;

    private const byte PickleProto = 0x80;
    private const int LastProtocol = 5;

    /// <summary>The tensors under the names of the network, without what wraps them; null when the file is of none of the two kinds.</summary>
    /// <param name="file">The file's bytes; the tensors are views of them.</param>
    /// <exception cref="WrnException">
    /// <c>weights-legacy</c>: PyTorch's form from before 1.6. <c>weights-unsafe</c>: a pickle that asks for more than tensors.
    /// <c>weights-invalid</c>: damaged, or no weights. <c>weights-unfit</c>: weights of several networks, or of another kind.
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
        "The file is in the form that PyTorch wrote before 1.6. Save it anew: "
        + "python3 -c \"import torch; torch.save(torch.load('old.pth', map_location='cpu'), 'new.pth')\".");
}
