using System.Runtime.InteropServices;
using Google.Protobuf;
using WrnCloud.Errors;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Onnx;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Weights;
using WrnCloud.Weights;

namespace WrnCloud.TrainerJob.Tests.Weights;

/// <summary>Files of weights become networks that compute what they computed.</summary>
public sealed class ImportedWeightsTests(SampleNetwork sample) : IClassFixture<SampleNetwork>
{
    private const double Tolerance = 1e-4;

    private ImageClassifier Network => sample.Network;

    [Fact]
    public void Read_Safetensors_ComputesTheSame()
    {
        var file = SampleWeights.Safetensors(Network);

        var imported = ImportedWeights.Read(file, SampleWeights.Import(file) with { Classes = ["ant", "bee", "cat"] });

        Assert.Equal(SampleWeights.Network, imported.Spec.Name);
        Assert.Equal(["ant", "bee", "cat"], imported.Classes!);
        Assert.False(imported.IsFolded);
        var published = PublishedWeights.Read(imported.Bytes);
        using var restored = published.Network;
        Assert.Equal(SampleWeights.Logits(Network), SampleWeights.Logits(restored));
        Assert.Equal([0.5, 0.4, 0.3], published.Statistics.Mean);
        Assert.Equal(imported.Bytes, ImportedWeights.Read(file, SampleWeights.Import(file) with { Classes = ["ant", "bee", "cat"] }).Bytes);
    }

    [Fact]
    public void Read_WithoutClassifier_IsFeatures()
    {
        var file = SampleWeights.Safetensors(Network, withHead: false);

        var imported = ImportedWeights.Read(file, SampleWeights.Import(file));

        Assert.Null(imported.Classes);
        Assert.True(ServedWeights.Computes(imported));
        Assert.Equal(ErrorCatalogue.WeightsUnfit, Refusal(file, i => ImportedWeights.Read(file, i with { ServeAs = "model" })));
        Assert.Equal(ErrorCatalogue.WeightsUnfit, Refusal(file, i => ImportedWeights.Read(file, i with { Classes = ["a", "b"] })));
    }

    [Fact]
    public void Read_ClassNames_AreAsManyAsTheClassifierHas()
    {
        var file = SampleWeights.Safetensors(Network);

        Assert.Equal(["class 0", "class 1", "class 2"], ImportedWeights.Read(file, SampleWeights.Import(file)).Classes!);
        Assert.Equal(ErrorCatalogue.WeightsUnfit, Refusal(file, i => ImportedWeights.Read(file, i with { Classes = ["a", "b"] })));
    }

    [Fact]
    public void Read_OnnxByNames_ComputesTheSame()
    {
        var onnx = OnnxExporter.Export(Network, ChannelPreprocessor.Scaled, new ModelMetadata(["a", "b", "c"], "", "", "", 0.5, Jobs.Precision.Fp32));

        AssertComputes(SampleWeights.Logits(Network), onnx, isFolded: false);
    }

    [Fact]
    public void Read_OnnxByPlaces_ComputesTheSame()
    {
        AssertComputes(SampleWeights.Logits(Network), SampleWeights.Onnx(Network).ToByteArray(), isFolded: false);
    }

    [Fact]
    public void Read_OnnxWithFoldedNorms_ComputesTheSame()
    {
        var model = SampleWeights.Onnx(Network);
        Fold(model.Graph);

        AssertComputes(SampleWeights.Logits(Network), model.ToByteArray(), isFolded: true);
    }

    [Fact]
    public void Read_OnnxThatOnlyLooksAlike_IsRefused()
    {
        Assert.Contains("dilated", Refused((_, stem) => stem.Attribute.Add(Ints("dilations", 2, 2))), StringComparison.Ordinal);
        Assert.Contains("stride 1", Refused((_, stem) => stem.Attribute.Single(a => a.Name == "strides").Ints[0] = 1), StringComparison.Ordinal);
        Assert.Contains("before the first convolution", Refused(Negate), StringComparison.Ordinal);

        static void Negate(GraphProto graph, NodeProto stem)
        {
            graph.Node.Insert(0, new NodeProto { OpType = "Neg", Input = { stem.Input[0] }, Output = { "negated" } });
            stem.Input[0] = "negated";
        }

        string Refused(Action<GraphProto, NodeProto> change)
        {
            var model = SampleWeights.Onnx(Network);
            change(model.Graph, model.Graph.Node.First(n => n.OpType == "Conv"));
            var file = model.ToByteArray();
            var refusal = Assert.Throws<WrnException>(() => ImportedWeights.Read(file, SampleWeights.Import(file)));
            Assert.Equal(ErrorCatalogue.WeightsUnfit, refusal.Error);
            return refusal.Message;
        }
    }

    [Fact]
    public void Read_NoNumbersOrNegativeVariances_AreRefusedByName()
    {
        (string, float)[] wrong = [("layer2.0.conv1.weight", float.NaN), ("fc.bias", float.PositiveInfinity), ("bn1.running_var", -1)];
        foreach (var (name, value) in wrong)
        {
            var tensors = SafetensorsFile.Read(SampleWeights.Safetensors(Network)).Tensors.ToDictionary(
                t => t.Key, t => t.Value, StringComparer.Ordinal);
            var bytes = tensors[name].Data.ToArray();
            BitConverter.TryWriteBytes(bytes.AsSpan(4), value);
            tensors[name] = tensors[name] with { Data = bytes };
            var file = new SafetensorsFile(tensors, new Dictionary<string, string>(StringComparer.Ordinal)).ToBytes();

            Assert.Contains(
                $"'{name}'",
                Assert.Throws<WrnException>(() => ImportedWeights.Read(file, SampleWeights.Import(file))).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_AnyOtherBytes_AreRefused()
    {
        byte[][] files = [[], [1], "no model at all"u8.ToArray(), new byte[1 << 20], [.. Enumerable.Repeat((byte)0x3A, 1000)], Small().ToByteArray()];
        foreach (var file in files) Assert.StartsWith("weights-", Refusal(file, i => ImportedWeights.Read(file, i)).Code, StringComparison.Ordinal);

        // A model of nothing but empty nodes: each of its two bytes would become an object of a hundred.
        var hollow = new byte[20 << 20];
        hollow[0] = 0x3A;
        new byte[] { 0xF8, 0xFF, 0xFF, 0x09 }.CopyTo(hollow, 1);
        for (var i = 6; i < hollow.Length; i += 2) hollow[i] = 0x0A;
        Assert.Equal(ErrorCatalogue.WeightsInvalid, Refusal(hollow, i => ImportedWeights.Read(hollow, i)));
    }

    [Fact]
    public void Read_OnnxCutOffOrBent_IsRefusedOrRead()
    {
        var whole = Small().ToByteArray();
        for (var at = 0; at < whole.Length; at++)
        {
            byte[][] files = [whole[..at], [.. whole[..at], (byte)(whole[at] ^ 0x41), .. whole[(at + 1)..]]];
            foreach (var file in files)
                Assert.StartsWith("weights-", Refusal(file, i => ImportedWeights.Read(file, i)).Code, StringComparison.Ordinal);
        }
    }

    // A graph with one of everything that the reader looks at, and no network.
    private static ModelProto Small() => new()
    {
        Graph = new GraphProto
        {
            Initializer = { new TensorProto { Name = "w", DataType = 1, Dims = { 1, 3, 1, 1 }, FloatData = { 1, 2, 3 } } },
            Node =
            {
                new NodeProto { OpType = "Conv", Input = { "x", "w" }, Output = { "c" }, Attribute = { Ints("strides", 2, 2) } },
                new NodeProto { OpType = "Relu", Input = { "c" }, Output = { "r" } },
                new NodeProto { OpType = "Add", Input = { "r", "c" }, Output = { "s" } },
                new NodeProto { OpType = "Gemm", Input = { "s", "w" }, Output = { "y" } },
            },
        },
    };

    private static void AssertComputes(float[] expected, byte[] file, bool isFolded)
    {
        var imported = ImportedWeights.Read(file, SampleWeights.Import(file));

        Assert.Equal(isFolded, imported.IsFolded);
        using var network = PublishedWeights.Read(imported.Bytes).Network;
        var difference = SampleWeights.Logits(network).Zip(expected, (a, e) => Math.Abs(a - e)).Max();
        Assert.InRange(difference, 0, Tolerance * Math.Max(1, expected.Max(Math.Abs)));
    }

    // What exporters do to a network in evaluation mode.
    private static void Fold(GraphProto graph)
    {
        var constants = graph.Initializer.ToDictionary(c => c.Name, StringComparer.Ordinal);
        foreach (var norm in graph.Node.Where(n => n.OpType == "BatchNormalization").ToList())
        {
            var convolution = graph.Node.Single(n => n.Output.Contains(norm.Input[0]));
            var (scale, shift, mean, variance) = (Values(norm.Input[1]), Values(norm.Input[2]), Values(norm.Input[3]), Values(norm.Input[4]));
            var weight = Values(convolution.Input[1]);
            var size = weight.Length / scale.Length;
            var bias = new float[scale.Length];
            for (var i = 0; i < weight.Length; i++) weight[i] *= scale[i / size] / MathF.Sqrt(variance[i / size] + 1e-5f);
            for (var i = 0; i < bias.Length; i++) bias[i] = shift[i] - (mean[i] * scale[i] / MathF.Sqrt(variance[i] + 1e-5f));
            Set(convolution.Input[1], weight);
            Set(norm.Input[2], bias);
            convolution.Input.Add(norm.Input[2]);
            convolution.Output[0] = norm.Output[0];
            graph.Node.Remove(norm);
        }

        float[] Values(string name) => [.. MemoryMarshal.Cast<byte, float>(constants[name].RawData.Span)];
        void Set(string name, float[] values) => constants[name].RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values));
    }

    private static AttributeProto Ints(string name, params long[] values) =>
        new() { Name = name, Ints = { values }, Type = AttributeProto.Types.AttributeType.Ints };

    private static ErrorCode Refusal(byte[] file, Action<WeightsImport> read) =>
        Assert.Throws<WrnException>(() => read(SampleWeights.Import(file))).Error;
}
