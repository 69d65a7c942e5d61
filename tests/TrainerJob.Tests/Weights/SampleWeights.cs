using System.Security.Cryptography;
using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Onnx;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.Weights;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Weights;

/// <summary>The smallest network of the family that is imported, with weights that differ everywhere, and files of it.</summary>
internal static class SampleWeights
{
    public const string Network = "ResNet-1-1-1-1";
    public const int Classes = 3;
    public const int Size = 32;

    public static ImageClassifier Create(long seed = 5)
    {
        Assert.True(NetworkSpec.TryParse(Network, out var spec, out var problem), problem);
        var network = ImageClassifier.Create(spec.At(Size), Classes, 0, seed);
        using var gradients = no_grad();
        using var random = new Generator(7);
        foreach (var (name, value) in network.NamedState().Where(s => s.Value.dim() == 1))
        {
            var spread = name.EndsWith("running_mean", StringComparison.Ordinal) ? 0.2 : 0.5;
            var least = name.EndsWith("bias", StringComparison.Ordinal) ? -0.2 : 0.1;
            value.copy_(rand(value.shape, generator: random) * spread + least);
        }

        network.eval();
        return network;
    }

    public static byte[] Safetensors(ImageClassifier network, bool withHead = true) => TensorArchive.Save(
        network.NamedState().Where(s => withHead || !s.Name.StartsWith("fc.", StringComparison.Ordinal)),
        new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>An ONNX model without preprocessing, its constants called anything.</summary>
    public static ModelProto Onnx(ImageClassifier network)
    {
        var metadata = new ModelMetadata(["a", "b", "c"], "", "", "", null, Jobs.Precision.Fp32);
        var model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(network, Samples.Preprocessor, metadata));
        var graph = model.Graph;
        var stem = graph.Node.First(n => n.OpType == "Conv");
        for (var before = graph.Node.IndexOf(stem); before > 0; before--) graph.Node.RemoveAt(0);
        stem.Input[0] = graph.Input[0].Name;
        var names = graph.Initializer.Select((c, i) => (c.Name, Anonymous: $"onnx::w_{i}")).ToDictionary(n => n.Name, n => n.Anonymous);
        foreach (var constant in graph.Initializer) constant.Name = names[constant.Name];
        foreach (var node in graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++) node.Input[i] = names.GetValueOrDefault(node.Input[i], node.Input[i]);
        }

        return model;
    }

    public static WeightsImport Import(byte[] file, string name = "mine") => new(
        name,
        new ArtifactFile("mine.safetensors", file.Length, Convert.ToHexStringLower(SHA256.HashData(file))),
        new ChannelStatistics([0.5, 0.4, 0.3], [0.2, 0.3, 0.25]),
        Size,
        Size + 8);

    /// <summary>Logits of noise, channels-last as batches are.</summary>
    public static float[] Logits(ImageClassifier network)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        using var random = new Generator(3);
        var size = network.Spec.ImageSize;
        return network.call(randn([4, size, size, 3], generator: random).permute(0, 3, 1, 2)).data<float>().ToArray();
    }
}
