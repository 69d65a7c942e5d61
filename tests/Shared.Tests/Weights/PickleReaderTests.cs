using System.Runtime.InteropServices;
using WrnCloud.Errors;
using WrnCloud.Weights;
using WrnCloud.Weights.Torch;

namespace WrnCloud.Shared.Tests.Weights;

/// <summary>Pickles of state dicts, and those that want something else.</summary>
public sealed class PickleReaderTests
{
    private static readonly byte[] Storage = TorchFile.Floats(0, 1, 2, 3, 4, 5);

    [Fact]
    public void Read_StateDict_HasItsTensorsAndNothingElse()
    {
        var pickle = new PickleBuilder().Global("collections", "OrderedDict").Op(")R(")
            .Text("a").Tensor("FloatStorage", "0", 6, 0, [2, 3], [3, 1])
            .Text("b").Global("torch._utils", "_rebuild_parameter").Op("(").Tensor("FloatStorage", "0", 6, 1, [2, 2], [1, 2]).Raw(0x88).Op("}tR")
            .Text("epoch").Number(7).Op("u").Op("}(").Text("_metadata").Op("}ub").Stop();

        var dict = Assert.IsType<PickleDict>(Read(pickle));

        Assert.Equal(["a", "b", "epoch"], dict.Entries.Keys);
        Assert.Equal([0, 1, 2, 3, 4, 5], Values(dict.Entries["a"]));
        Assert.Equal([1, 3, 2, 4], Values(dict.Entries["b"]));
        Assert.Equal(7L, dict.Entries["epoch"]);
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("torch", "load")]
    [InlineData("collections", "OrderedDict.fromkeys")]
    [InlineData("argparse", "Namespace")]
    public void Read_GlobalThatIsNotOnTheList_IsRefusedByName(string module, string name)
    {
        var before = new PickleBuilder().Global(module, name).Op("(").Text("touch /tmp/owned").Op("tR").Stop();
        var stack = new PickleBuilder().Text(module).Text(name).Raw(0x93).Op("(").Text("touch /tmp/owned").Op("tR").Stop();

        foreach (var pickle in (byte[][])[before, stack])
        {
            var refusal = Assert.Throws<WrnException>(() => Read(pickle));
            Assert.Equal(ErrorCatalogue.WeightsUnsafe, refusal.Error);
            Assert.Contains($"'{module}.{name}'", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ios\nsystem\n")] // INST
    [InlineData("(X\u0001\0\0\0xo")] // OBJ
    [InlineData(")\u0081")] // NEWOBJ
    [InlineData("P0\n")] // PERSID
    [InlineData("\u0082\u0001")] // EXT1
    public void Read_OpcodeThatIsNotOnTheList_IsRefused(string opcodes) =>
        Assert.Equal(ErrorCatalogue.WeightsUnsafe, Refusal(new PickleBuilder().Op(opcodes).Stop()));

    [Fact]
    public void Read_StateOfAnObject_IsRefused() => Assert.Equal(ErrorCatalogue.WeightsUnsafe, Refusal(new PickleBuilder().Op("]}b").Stop()));

    [Theory]
    [InlineData(0, new[] { 7 }, new[] { 1 })]
    [InlineData(1, new[] { 6 }, new[] { 1 })]
    [InlineData(-1, new[] { 2 }, new[] { 1 })]
    [InlineData(5, new[] { 2 }, new[] { -1 })]
    [InlineData(0, new[] { -2 }, new[] { 1 })]
    [InlineData(0, new[] { 1000 }, new[] { 0 })]
    [InlineData(0, new[] { 2, 2 }, new[] { 1 })]
    [InlineData(0, new[] { int.MaxValue, int.MaxValue, int.MaxValue }, new[] { int.MaxValue, int.MaxValue, int.MaxValue })]
    [InlineData(0, new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public void Read_TensorOutsideItsStorage_IsRefused(int offset, int[] shape, int[] strides) =>
        Assert.Equal(ErrorCatalogue.WeightsInvalid, Refusal(new PickleBuilder().Tensor("FloatStorage", "0", 6, offset, shape, strides).Stop()));

    [Fact]
    public void Read_CutOffAnywhere_IsRefused()
    {
        var whole = new PickleBuilder().Op("}(").Text("a").Tensor("FloatStorage", "0", 6, 0, [6], [1]).Op("u").Stop();
        Assert.IsType<PickleDict>(Read(whole));

        for (var length = 0; length < whole.Length; length++) Assert.Equal(ErrorCatalogue.WeightsInvalid, Refusal(whole[..length]));
    }

    [Fact]
    public void Read_AnyByteChanged_GivesAValueOrARefusal()
    {
        var whole = new PickleBuilder().Op("}q\u0001(").Text("a").Tensor("HalfStorage", "0", 6, 0, [6], [1]).Op("uh\u0001.").Stop();
        for (var at = 0; at < whole.Length; at++)
        {
            for (var value = at % 4; value < 256; value += 4)
            {
                var bent = whole.ToArray();
                bent[at] = (byte)value;
                try
                {
                    Read(bent);
                }
                catch (WrnException e)
                {
                    Assert.Contains(e.Error, (ErrorCode[])[ErrorCatalogue.WeightsInvalid, ErrorCatalogue.WeightsUnsafe]);
                }
            }
        }
    }

    [Fact]
    public void Read_DeepNesting_EndsWithoutRecursion()
    {
        var nested = new PickleBuilder().Op(string.Concat(Enumerable.Repeat("]", 200_000))).Op(string.Concat(Enumerable.Repeat("a", 199_999))).Stop();

        Assert.IsType<List<object?>>(Read(nested));
    }

    [Fact]
    public void Read_HugeMemoAndEndlessWork_StaysBounded()
    {
        // The largest index of the memo costs one entry, not 2^32; a list in itself and doubled again and again is never walked.
        var farAway = new PickleBuilder().Op("]r\u00ff\u00ff\u00ff\u00ffj\u00ff\u00ff\u00ff\u00ff").Stop();
        Assert.IsType<List<object?>>(Read(farAway));
        var laughs = new PickleBuilder().Op("]q\u0001").Op(string.Concat(Enumerable.Repeat("]h\u0001ah\u0001aq\u0001", 10_000))).Stop();
        Assert.IsType<List<object?>>(Read(laughs));

        Assert.Equal(ErrorCatalogue.WeightsInvalid, Refusal(new PickleBuilder().Op(new string('N', PickleReader.MaxSteps + 1)).Stop()));
        Assert.Equal(ErrorCatalogue.WeightsInvalid, Refusal(new byte[PickleReader.MaxBytes + 1]));
        Assert.Equal(ErrorCatalogue.WeightsInvalid, Refusal(new PickleBuilder().Op("X\u00ff\u00ff\u00ff\u00ff").Stop()));
    }

    private static object? Read(byte[] pickle) =>
        PickleReader.Read(pickle, s => Storage.AsMemory(0, Math.Min(Storage.Length, (int)Math.Min(s.Count, 6) * 4)));

    private static ErrorCode Refusal(byte[] pickle) => Assert.Throws<WrnException>(() => Read(pickle)).Error;

    private static float[] Values(object? tensor) => MemoryMarshal.Cast<byte, float>(Assert.IsType<WeightTensor>(tensor).ToFloat32().Span).ToArray();
}
