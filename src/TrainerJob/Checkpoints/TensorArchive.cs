using WrnCloud.Safetensors;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Checkpoints;

/// <summary>Named float32 tensors to and from safetensors, contiguous there whatever their layout is here.</summary>
internal static class TensorArchive
{
    /// <summary>Copies the tensors out.</summary>
    public static SafetensorsFile Capture(IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var copies = tensors.ToDictionary(
            t => t.Name,
            t => new SafetensorsTensor(TensorType.F32, t.Value.shape, t.Value.cpu().contiguous().bytes.ToArray()),
            StringComparer.Ordinal);
        return new SafetensorsFile(copies, metadata);
    }

    /// <summary>Copies the tensors out as the bytes of a file.</summary>
    public static byte[] Save(IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string> metadata) =>
        Capture(tensors, metadata).ToBytes();

    /// <summary>Reads a file.</summary>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    public static SafetensorsFile Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return SafetensorsFile.Read(bytes);
        }
        catch (SafetensorsException e)
        {
            throw new CheckpointException($"The checkpoint is damaged: {e.Message}", e);
        }
    }

    /// <summary>Copies the file's values into the tensors, which must be the same ones; nothing is changed when they are not.</summary>
    /// <exception cref="CheckpointException">Damaged, or other names or shapes.</exception>
    public static void Load(byte[] bytes, IEnumerable<(string Name, Tensor Value)> tensors) => Load(Read(bytes), [.. tensors]);

    /// <summary>The same of a file that was read.</summary>
    /// <exception cref="CheckpointException">Other names or shapes.</exception>
    public static void Load(SafetensorsFile file, IReadOnlyCollection<(string Name, Tensor Value)> targets)
    {
        Check(file, targets);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (var (name, target) in targets) target.copy_(Copy(file.Tensors[name]));
    }

    /// <summary>Copies a file's float32 tensor to the CPU.</summary>
    public static Tensor Copy(SafetensorsTensor source)
    {
        var copy = empty([.. source.Shape], dtype: ScalarType.Float32);
        source.Data.Span.CopyTo(copy.bytes);
        return copy;
    }

    /// <summary>Makes sure that the file holds exactly these tensors.</summary>
    /// <exception cref="CheckpointException">Other names or shapes.</exception>
    public static void Check(SafetensorsFile file, IReadOnlyCollection<(string Name, Tensor Value)> targets)
    {
        if (file.Tensors.Count != targets.Count)
            throw new CheckpointException($"The checkpoint has {file.Tensors.Count} tensors, the run {targets.Count}.");
        foreach (var (name, target) in targets)
        {
            if (!file.Tensors.TryGetValue(name, out var source) || source.Type != TensorType.F32 || !source.Shape.SequenceEqual(target.shape))
                throw new CheckpointException($"The checkpoint has no float32 tensor '{name}' of the shape {string.Join('×', target.shape)}.");
        }
    }
}
