using System.Security.Cryptography;
using Google.Protobuf;
using WrnCloud.Errors;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Onnx;
using WrnCloud.Weights;

namespace WrnCloud.TrainerJob.Weights;

/// <summary>Reads a built-in set of weights from the file beside the program.</summary>
internal static class BuiltInWeightsFile
{
    private const string FirstConvolution = "conv1.weight";
    private const int Channels = 3;

    /// <summary>The weights as a safetensors file under torchvision's names, its metadata those of <see cref="PublishedWeights"/>.</summary>
    /// <exception cref="WrnException"><c>init-invalid</c>: the file is missing or damaged.</exception>
    public static byte[] Read(WeightsManifest weights)
    {
        var bytes = ReadFile(weights);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (hash != weights.Sha256) throw Invalid($"The built-in weights '{weights.Name}' have the hash {hash}, not {weights.Sha256}.");
        try
        {
            var graph = ModelProto.Parser.ParseFrom(bytes).Graph ?? throw new InvalidDataException("There is no graph.");
            var read = OnnxResNet.Read(graph, new OnnxConstants(graph)).Tensors;
            var tensors = read.ToDictionary(
                t => t.Key, t => new SafetensorsTensor(TensorType.F32, t.Value.Shape, t.Value.ToFloat32()), StringComparer.Ordinal);
            tensors[FirstConvolution] = FromBgr(tensors[FirstConvolution]);
            return new SafetensorsFile(tensors, PublishedWeights.Metadata(weights.Network, weights.Normalisation)).ToBytes();
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException or WrnException)
        {
            throw Invalid($"The built-in weights '{weights.Name}' can't be read: {e.Message}", e);
        }
    }

    internal static string PathOf(WeightsManifest weights) => Path.Combine(AppContext.BaseDirectory, "weights", weights.Name, $"{weights.Name}.onnx");

    private static byte[] ReadFile(WeightsManifest weights)
    {
        try
        {
            return File.ReadAllBytes(PathOf(weights));
        }
        catch (IOException e)
        {
            throw Invalid($"The built-in weights '{weights.Name}' can't be read: {e.Message}", e);
        }
    }

    // Output×input×kernel×kernel: the planes of each output channel's first and third input change places.
    private static SafetensorsTensor FromBgr(SafetensorsTensor weight)
    {
        var swapped = weight.Data.ToArray();
        var plane = swapped.Length / (int)(weight.Shape[0] * Channels);
        for (var start = 0; start < swapped.Length; start += Channels * plane)
        {
            weight.Data.Span.Slice(start, plane).CopyTo(swapped.AsSpan(start + (2 * plane)));
            weight.Data.Span.Slice(start + (2 * plane), plane).CopyTo(swapped.AsSpan(start));
        }

        return new SafetensorsTensor(weight.Type, weight.Shape, swapped);
    }

    private static WrnException Invalid(string detail, Exception? inner = null) => new(ErrorCatalogue.InitInvalid, detail, null, inner);
}
