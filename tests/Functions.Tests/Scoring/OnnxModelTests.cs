using WrnCloud.Errors;
using WrnCloud.Functions.Scoring;
using WrnCloud.Images;

namespace WrnCloud.Functions.Tests.Scoring;

public sealed class OnnxModelTests
{
    private static readonly OnnxFile Far = new()
    {
        HasDistance = true,
        DistanceQuantiles = $"[{string.Join(',', Enumerable.Range(0, 101).Select(q => q / 100.0))}]",
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Predict_AnyBatchSize_GivesEachImageItsOwnRow(int n)
    {
        using var model = Load(new OnnxFile().Build());
        var images = new byte[n * 4 * 4 * 3];
        for (var i = 0; i < images.Length; i++)
        {
            // Image k shows the colour k mod 3 at 100, so that its logit is 10 and the others' are 0.
            if (i % 3 == i / 48 % 3) images[i] = 100;
        }

        var rows = model.Predict(images, n);

        Assert.Equal(n, rows.Length);
        for (var i = 0; i < n; i++)
        {
            Assert.Equal(Math.Exp(10) / (Math.Exp(10) + 2), rows[i].Probabilities[i % 3], 1e-5);
            Assert.Equal(1, rows[i].Probabilities.Sum(), 1e-5);
            Assert.Null(rows[i].Distance);
        }
    }

    [Fact]
    public void Load_GoodModel_ExposesSizeAndClasses()
    {
        var onnx = new OnnxFile { Height = 32, Width = 32 }.Build();

        using var model = OnnxModel.Load(onnx, OnnxFile.Hash(onnx).ToUpperInvariant(), intraOpThreads: 1);

        Assert.Equal(32, model.ImageSize);
        Assert.Equal(["red", "green", "blue"], model.Classes);
    }

    [Theory]
    [InlineData(null, 4)]
    [InlineData("4", 4)]
    [InlineData("5", 5)]
    [InlineData("1024", 1024)]
    public void Load_Resize_IsWhatPicturesAreScaledTo(string? resize, int expected)
    {
        using var model = Load(new OnnxFile { Resize = resize }.Build());

        Assert.Equal(new ImageView(expected, 4), model.View);
    }

    [Fact]
    public void Predict_MoreImagesThanOneRunTakes_GivesEachItsOwnRow()
    {
        // At 64×64 a run takes 125.
        const int size = 64, count = 300, image = size * size * 3;
        using var model = Load(new OnnxFile { Height = size, Width = size }.Build());
        var images = new byte[count * image];
        for (var i = 0; i < images.Length; i++) images[i] = (byte)(i % 3 == i / image % 3 ? 100 : 0);

        var rows = model.Predict(images, count);

        Assert.All(rows.Select((row, i) => (row, i)), r => Assert.True(r.row.Probabilities[r.i % 3] > 0.99, $"image {r.i}"));
    }

    [Fact]
    public void Predict_ModelWithADistance_GivesEachImageItsOwn()
    {
        using var model = Load(Far.Build());
        var images = new byte[2 * 4 * 4 * 3];
        images.AsSpan(4 * 4 * 3).Fill(30);

        var rows = model.Predict(images, 2);

        Assert.Equal([0f, 3f], rows.Select(r => (float)Math.Round(r.Distance!.Value, 4)));
        Assert.Equal((0.01, 1.0), (model.DistanceQuantiles![1], model.DistanceQuantiles[^1]));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("0", 0.0)]
    [InlineData("0.75", 0.75)]
    public void Load_Threshold_IsWhatDecisionsGoBy(string? text, double? threshold)
    {
        using var model = Load(new OnnxFile { UnsureBelow = text }.Build());

        Assert.Equal(threshold, model.UnsureBelow);
        Assert.Null(model.DistanceQuantiles);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 47)]
    [InlineData(2, 48)]
    public void Predict_BytesDoNotFitTheCount_Throws(int n, int bytes)
    {
        using var model = Load(new OnnxFile().Build());

        Assert.ThrowsAny<ArgumentException>(() => model.Predict(new byte[bytes], n));
    }

    [Fact]
    public void Load_AnyBitFlipped_IsRefusedByItsHash()
    {
        var good = new OnnxFile().Build();
        var hash = OnnxFile.Hash(good);
        for (var bit = 0; bit < good.Length * 8; bit += 7)
        {
            var bytes = good.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(bytes, hash, "SHA-256");
        }
    }

    public static TheoryData<string> RefusedNames() => [.. Refused().Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void Load_ModelThatIsNotOurs_SaysWhy(string name)
    {
        var (_, file, reason) = Refused().Single(r => r.Name == name);
        var bytes = file.Build();

        AssertRefused(bytes, OnnxFile.Hash(bytes), reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello, this is no model")]
    [InlineData("\u0080\u0004]q\u0000.")]
    public void Load_NotOnnx_IsRefused(string text)
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(text);

        AssertRefused(bytes, OnnxFile.Hash(bytes), "The model");
    }

    [Fact]
    public void Require_RandomDamage_IsAnAnswerAlways()
    {
        var good = new OnnxFile { ExtraTensorFields = OnnxFile.Field(14, 0u) }.Build();
        var random = new Random(99);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = good.ToArray();
            for (var blows = random.Next(1, 5); blows > 0; blows--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(5) == 0) bytes = bytes[..random.Next(bytes.Length)];
            try
            {
                OnnxInspection.Require(bytes);
            }
            catch (WrnException e)
            {
                Assert.Equal("model-not-servable", e.Error.Code);
            }
        }
    }

    private static IEnumerable<(string Name, OnnxFile File, string Reason)> Refused()
    {
        var external = OnnxFile.Field(13, [.. OnnxFile.Field(1, "location"), .. OnnxFile.Field(2, "../../etc/passwd")]);
        byte[] tensor = [.. OnnxFile.Field(1, 1u), .. OnnxFile.Field(2, 1u)];
        var good = new OnnxFile();
        yield return ("external location", good with { ExtraTensorFields = external }, "outside");
        yield return ("external flag alone", good with { ExtraTensorFields = OnnxFile.Field(14, 1u) }, "outside");
        yield return ("external in an attribute", good with { ExtraAttributeFields = OnnxFile.Field(5, [.. tensor, .. external]) }, "outside");
        yield return (
            "external in an attribute's list", good with { ExtraAttributeFields = OnnxFile.Field(10, [.. tensor, .. external]) }, "outside");
        yield return ("second graph with external", good with { ExtraModelFields = OnnxFile.Field(7, OnnxFile.Field(5, external)) }, "outside");
        yield return ("graph in an attribute", good with { ExtraAttributeFields = OnnxFile.Field(6, []) }, "nested graphs");
        yield return ("sparse initializer", good with { ExtraGraphFields = OnnxFile.Field(15, []) }, "sparse");
        yield return ("functions", good with { ExtraModelFields = OnnxFile.Field(25, []) }, "functions");
        yield return ("training information", good with { ExtraModelFields = OnnxFile.Field(20, []) }, "training");
        yield return ("operator set of others", good with { OpsetDomain = "com.example" }, "operators");
        yield return ("node of others", good with { NodeDomain = "com.microsoft" }, "operators");
        yield return ("unknown operator", good with { LastOperator = "Softermax" }, "can't load");
        yield return ("opset too new", good with { Opset = 9999 }, "can't load");
        yield return ("no classes", good with { Classes = null }, "classes");
        yield return ("classes not JSON", good with { Classes = "red,green" }, "classes");
        yield return ("classes null", good with { Classes = "null" }, "classes");
        yield return ("class null", good with { Classes = """["a",null,"c"]""" }, "classes");
        yield return ("fewer classes than outputs", good with { Classes = """["a","b"]""" }, "probabilities");
        yield return ("other input", good with { InputName = "input" }, "images");
        yield return ("other output", good with { OutputName = "logits2" }, "probabilities");
        yield return ("not square", good with { Width = 5 }, "images");
        yield return ("four channels", good with { Channels = 4 }, "images");
        yield return ("resize below the size", good with { Resize = "3" }, "resize");
        yield return ("resize above the limit", good with { Resize = "1025" }, "resize");
        yield return ("resize no number", good with { Resize = "-5" }, "resize");
        yield return ("threshold above 1", good with { UnsureBelow = "1.5" }, "unsure_below");
        yield return ("threshold no number", good with { UnsureBelow = "often" }, "unsure_below");
        yield return ("distances without an output", Far with { HasDistance = false }, "distance_quantiles");
        yield return ("too few quantiles", Far with { DistanceQuantiles = "[0,1]" }, "distance_quantiles");
        yield return ("quantiles no list", Far with { DistanceQuantiles = "{}" }, "distance_quantiles");
        yield return ("fixed batch", good with { FixedBatch = true }, "images");
    }

    private static OnnxModel Load(byte[] onnx) => OnnxModel.Load(onnx, OnnxFile.Hash(onnx));

    private static void AssertRefused(byte[] bytes, string hash, string reason)
    {
        var error = Assert.Throws<WrnException>(() => OnnxModel.Load(bytes, hash));

        Assert.Equal("model-not-servable", error.Error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
