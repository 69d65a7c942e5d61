using System.Runtime.InteropServices;
using WrnCloud.Architecture;
using WrnCloud.Errors;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Export;
using WrnCloud.Weights;

namespace WrnCloud.TrainerJob.Weights;

/// <summary>The content of an imported file, converted: float32 under torchvision's names, every value checked.</summary>
/// <param name="Spec">The network, for images of the import's size.</param>
/// <param name="Classes">Names of its classifier's classes; null without one.</param>
/// <param name="Bytes">The weights as a safetensors file, its metadata those of <see cref="PublishedWeights"/>; equal files give equal bytes.</param>
/// <param name="IsFolded">Batch normalisations were folded into the convolutions.</param>
internal sealed record ImportedWeights(ImageNetResNetSpec Spec, IReadOnlyList<string>? Classes, byte[] Bytes, bool IsFolded)
{
    private const string Variance = ".running_var";

    /// <summary>Reads a file. Total: any bytes give weights, or an error; no code of the file's is run.</summary>
    /// <exception cref="WrnException">
    /// A code that begins with <c>weights-</c>, or <c>spec-invalid</c>: the file can't be read or is of another network.
    /// </exception>
    public static ImportedWeights Read(byte[] file, WeightsImport import)
    {
        var (tensors, isFolded) = WeightsFile.TryRead(file) is { } read ? (read, false) : OnnxWeightsFile.Read(file);
        var network = ImportedNetwork.Find(tensors, import.Network, file.LongLength);
        var classes = ClassesOf(network, import);
        var converted = network.Tensors.ToDictionary(
            t => t.Key, t => new SafetensorsTensor(TensorType.F32, t.Value.Shape, Checked(t.Key, t.Value.ToFloat32())), StringComparer.Ordinal);
        var metadata = PublishedWeights.Metadata(network.Spec.Name, import.Normalisation, classes, import.ImageSize);
        return new ImportedWeights(
            (ImageNetResNetSpec)network.Spec.At(import.ImageSize), classes, new SafetensorsFile(converted, metadata).ToBytes(), isFolded);
    }

    private static IReadOnlyList<string>? ClassesOf(ImportedNetwork network, WeightsImport import)
    {
        if (network.Classes is not { } count)
        {
            var asked = import.Classes is not null ? "classes to name"
                : import.ServeAs is not null ? $"answers to serve as '{import.ServeAs}'"
                : null;
            return asked is null ? null : throw Incompatible($"The weights have no classifier, and so no {asked}.");
        }

        if (import.Classes is { } named && named.Count != count) throw Incompatible($"{named.Count} classes are named; the classifier has {count}.");
        return import.Classes ?? [.. Enumerable.Range(0, count).Select(c => $"class {c}")];
    }

    private static ReadOnlyMemory<byte> Checked(string name, ReadOnlyMemory<byte> bytes)
    {
        var values = MemoryMarshal.Cast<byte, float>(bytes.Span);
        var least = name.EndsWith(Variance, StringComparison.Ordinal) ? 0 : float.NegativeInfinity;
        foreach (var value in values)
        {
            if (!float.IsFinite(value)) throw Incompatible($"'{name}' holds {value}: the weights were damaged, or did not fit into half precision.");
            if (value < least) throw Incompatible($"'{name}' holds {value}; a variance is not negative.");
        }

        return bytes;
    }

    private static WrnException Incompatible(string detail) => new(ErrorCatalogue.WeightsUnfit, detail);
}
