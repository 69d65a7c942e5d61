using System.Runtime.InteropServices;
using WrnCloud.Errors;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Export;

/// <summary>
/// <c>whitening.safetensors</c>, published beside weights that were trained on whitened images:
/// <c>matrix</c>, 3072×3072, and <c>shift</c>, 3072.
/// A file of its own, so that the weights hold the network's tensors and nothing else.
/// </summary>
internal static class WhiteningFile
{
    public const string FileName = "whitening.safetensors";

    private const string Matrix = "matrix";
    private const string Shift = "shift";

    public static byte[] Write(ZcaPreprocessor whitening)
    {
        const long Features = ZcaPreprocessor.Features;
        var tensors = new Dictionary<string, SafetensorsTensor>
        {
            [Matrix] = new(TensorType.F32, [Features, Features], MemoryMarshal.AsBytes(whitening.Matrix.Span).ToArray()),
            [Shift] = new(TensorType.F32, [Features], MemoryMarshal.AsBytes(whitening.Shift.Span).ToArray()),
        };
        return new SafetensorsFile(tensors, new Dictionary<string, string> { ["format"] = "pt" }).ToBytes();
    }

    /// <exception cref="WrnException"><c>artifact-damaged</c>: any other bytes.</exception>
    public static ZcaPreprocessor Read(byte[] bytes)
    {
        try
        {
            var file = SafetensorsFile.Read(bytes);
            return new ZcaPreprocessor(Floats(file, Matrix), Floats(file, Shift));
        }
        catch (Exception e) when (e is SafetensorsException or ArgumentException)
        {
            throw new WrnException(ErrorCatalogue.ArtifactDamaged, $"{FileName} can't be read: {e.Message}", null, e);
        }
    }

    private static float[] Floats(SafetensorsFile file, string name) =>
        file.Tensors.TryGetValue(name, out var tensor) && tensor.Type == TensorType.F32
            ? MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray()
            : throw new SafetensorsException($"There is no float32 tensor '{name}'.");
}
