using System.IO.Compression;
using System.Runtime.InteropServices;
using WrnCloud.Errors;
using WrnCloud.Safetensors;
using WrnCloud.Weights;

namespace WrnCloud.Shared.Tests.Weights;

/// <summary>Files of weights of every kind that is read, and those that are refused.</summary>
public sealed class WeightsFileTests
{
    private const string Stem = "conv1.weight";
    private static readonly float[] Values = [1, -0.5f, 3];

    [Theory]
    [InlineData("FloatStorage")]
    [InlineData("HalfStorage")]
    [InlineData("BFloat16Storage")]
    [InlineData("DoubleStorage")]
    public void TryRead_EveryPrecision_GivesTheSameFloats(string storage)
    {
        var file = TorchFile.Of(
            Dict(p => p.Text(Stem).Tensor(storage, "0", 3, 0, [1, 3, 1, 1], [3, 1, 1, 1]).Text("bn1.weight").Tensor(storage, "0", 3, 0, [3], [1])),
            ("0", Bytes(storage)));

        Assert.Equal(Values, Floats(WeightsFile.TryRead(file)![Stem]));
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("model.")]
    [InlineData("model.module.backbone.")]
    public void TryRead_PrefixAndCounters_AreTakenOff(string prefix)
    {
        var file = TorchFile.Of(
            Dict(p => p.Text("n_averaged").Tensor("FloatStorage", "0", 3, 0, [], [])
                .Text($"{prefix}{Stem}").Tensor("FloatStorage", "0", 3, 0, [1, 3, 1, 1], [3, 1, 1, 1])
                .Text($"{prefix}layer1.0.{Stem}").Tensor("FloatStorage", "0", 3, 0, [3, 1, 1, 1], [1, 1, 1, 1])
                .Text($"{prefix}bn1.num_batches_tracked").Tensor("LongStorage", "1", 1, 0, [], [])),
            ("0", TorchFile.Floats(Values)),
            ("1", new byte[8]));

        Assert.Equal([Stem, $"layer1.0.{Stem}"], WeightsFile.TryRead(file)!.Keys);
    }

    [Fact]
    public void TryRead_Wrappers_TheMovingAverageComesFirst()
    {
        void Tensors(PickleBuilder p, int offset) => p.Op("}(")
            .Text(Stem).Tensor("FloatStorage", "0", 6, offset, [1, 3, 1, 1], [3, 1, 1, 1])
            .Text("bn1.weight").Tensor("FloatStorage", "0", 6, 0, [3], [1]).Op("u");
        var file = TorchFile.Of(
            Dict(p =>
            {
                Tensors(p.Text("state_dict"), 0);
                Tensors(p.Text("state_dict_ema"), 3);
            }),
            ("0", TorchFile.Floats([0, 0, 0, .. Values])));

        Assert.Equal(Values, Floats(WeightsFile.TryRead(file)![Stem]));
    }

    [Fact]
    public void TryRead_Safetensors_GivesItsTensors()
    {
        var tensors = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal)
        {
            [Stem] = new(TensorType.F16, [1, 3, 1, 1], Bytes("HalfStorage")),
        };
        var file = new SafetensorsFile(tensors, new Dictionary<string, string>(StringComparer.Ordinal)).ToBytes();

        Assert.Equal(Values, Floats(WeightsFile.TryRead(file)![Stem]));
    }

    [Fact]
    public void TryRead_OldPickle_IsRefusedWithTheWayOut()
    {
        var refusal = Assert.Throws<WrnException>(
            () => WeightsFile.TryRead(new byte[] { 0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.' }));

        Assert.Equal(ErrorCatalogue.WeightsLegacy, refusal.Error);
        Assert.Contains("torch.save(torch.load(", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryRead_TwoNetworksOrNone_AreRefused()
    {
        Assert.Equal(ErrorCatalogue.WeightsUnfit, Refusal(["student.conv1.weight", "teacher.conv1.weight"]));
        Assert.Equal(ErrorCatalogue.WeightsUnfit, Refusal(["features.0.weight", "features.1.weight"]));

        static ErrorCode Refusal(string[] names) => Assert.Throws<WrnException>(() => WeightsFile.TryRead(TorchFile.Of(
            Dict(p =>
            {
                foreach (var name in names) p.Text(name).Tensor("FloatStorage", "0", 3, 0, [1, 3, 1, 1], [3, 1, 1, 1]);
            }),
            ("0", TorchFile.Floats(Values))))).Error;
    }

    [Fact]
    public void TryRead_NoStateDict_IsRefused() =>
        Assert.Equal(
            ErrorCatalogue.WeightsInvalid,
            Assert.Throws<WrnException>(() => WeightsFile.TryRead(TorchFile.Of(Dict(p => p.Text("epoch").Number(1))))).Error);

    [Fact]
    public void TryRead_CompressedZip_IsRefusedUnread()
    {
        var bomb = TorchFile.Zip(CompressionLevel.SmallestSize, [("a/data.pkl", new byte[4 << 20])]);

        Assert.Equal(ErrorCatalogue.WeightsInvalid, Assert.Throws<WrnException>(() => WeightsFile.TryRead(bomb)).Error);
    }

    [Fact]
    public void TryRead_TorchScript_IsRefused()
    {
        var script = TorchFile.Zip(
            CompressionLevel.NoCompression,
            [("net/data.pkl", new PickleBuilder().Op("N").Stop()), ("net/constants.pkl", [1]), ("net/code/net.py", [1])]);

        Assert.Equal(ErrorCatalogue.WeightsUnsafe, Assert.Throws<WrnException>(() => WeightsFile.TryRead(script)).Error);
    }

    [Fact]
    public void TryRead_StorageMissingOrShort_IsRefused()
    {
        var pickle = TwoTensors();

        Assert.Equal(ErrorCatalogue.WeightsInvalid, Assert.Throws<WrnException>(() => WeightsFile.TryRead(TorchFile.Of(pickle))).Error);
        Assert.Equal(
            ErrorCatalogue.WeightsInvalid, Assert.Throws<WrnException>(() => WeightsFile.TryRead(TorchFile.Of(pickle, ("0", new byte[11])))).Error);
    }

    [Fact]
    public void TryRead_CutOffAnywhere_IsRefusedOrUnknown()
    {
        var whole = TorchFile.Of(TwoTensors(), ("0", TorchFile.Floats(Values)));
        Assert.NotNull(WeightsFile.TryRead(whole));

        for (var length = 4; length < whole.Length; length++)
            Assert.Equal(ErrorCatalogue.WeightsInvalid, Assert.Throws<WrnException>(() => WeightsFile.TryRead(whole.AsMemory(0, length))).Error);
    }

    [Fact]
    public void TryRead_AnyByteChanged_GivesTensorsOrARefusal()
    {
        var whole = TorchFile.Of(TwoTensors(), ("0", TorchFile.Floats(Values)));
        for (var at = 0; at < whole.Length; at++)
        {
            foreach (var value in (byte[])[0, 1, 0x7F, 0x80, 0xFF])
            {
                var bent = whole.ToArray();
                bent[at] = value;
                try
                {
                    WeightsFile.TryRead(bent);
                }
                catch (WrnException e)
                {
                    Assert.StartsWith("weights-", e.Error.Code, StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("GIF89a, and then some more bytes")]
    public void TryRead_AnotherFormat_IsNull(string text) => Assert.Null(WeightsFile.TryRead(System.Text.Encoding.ASCII.GetBytes(text)));

    private static byte[] TwoTensors() => Dict(p => p
        .Text(Stem).Tensor("FloatStorage", "0", 3, 0, [1, 3, 1, 1], [3, 1, 1, 1])
        .Text("b").Tensor("FloatStorage", "0", 3, 0, [3], [1]));

    private static byte[] Dict(Action<PickleBuilder> entries)
    {
        var pickle = new PickleBuilder().Op("}(");
        entries(pickle);
        return pickle.Op("u").Stop();
    }

    private static byte[] Bytes(string storage) => storage switch
    {
        "HalfStorage" => MemoryMarshal.AsBytes<Half>(Values.Select(v => (Half)v).ToArray()).ToArray(),
        "BFloat16Storage" =>
            MemoryMarshal.AsBytes<ushort>(Values.Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).ToArray()).ToArray(),
        "DoubleStorage" => MemoryMarshal.AsBytes<double>(Values.Select(v => (double)v).ToArray()).ToArray(),
        _ => TorchFile.Floats(Values),
    };

    private static float[] Floats(WeightTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.ToFloat32().Span).ToArray();
}
