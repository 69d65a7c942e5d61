using System.Text;
using System.Text.Json.Nodes;
using WrnCloud.Datasets;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class DatasetManifestTests
{
    private static readonly LabelledImages Train = Shapes10.Generate(20, 1);
    private static readonly LabelledImages Test = Shapes10.Generate(10, 2);

    [Fact]
    public void Parse_WhatSerializeWrote_IsEqual()
    {
        var manifest = Sample();

        var read = DatasetManifest.Parse(manifest.Serialize());

        Assert.Equal(manifest.Serialize(), read.Serialize());
        Assert.Equal(manifest.DatasetHash, read.DatasetHash);
        Assert.Equal(DatasetSplit.Test, read.Files[1].Split);
        Assert.Equal(new DatasetSizes(20, 10), read.Images);
    }

    [Fact]
    public void Serialize_UsesTheNamesOfTheContract()
    {
        var json = JsonNode.Parse(Sample().Serialize())!;

        Assert.Equal(1, (int)json["schema"]!);
        Assert.Equal("cifar10-binary", (string)json["format"]!);
        Assert.Equal("train", (string)json["files"]![0]!["split"]!);
        Assert.Equal(20, (int)json["images"]!["train"]!);
        Assert.Equal(3, json["statistics"]!["standardDeviation"]!.AsArray().Count);
        Assert.Null(json["datasetHash"]);
    }

    [Fact]
    public void DatasetHash_FilesInAnotherOrder_IsTheSame()
    {
        var manifest = Sample();

        Assert.Equal(manifest.DatasetHash, (manifest with { Files = [.. manifest.Files.Reverse()] }).DatasetHash);
        Assert.Matches("^[0-9a-f]{64}$", manifest.DatasetHash);
    }

    [Fact]
    public void DatasetHash_AnyContentChanged_Differs()
    {
        var manifest = Sample();
        var other = manifest with { Files = [manifest.Files[0], manifest.Files[1] with { Length = manifest.Files[1].Length + 1 }] };

        Assert.NotEqual(manifest.DatasetHash, other.DatasetHash);
    }

    [Theory]
    [InlineData("schema", "2")]
    [InlineData("schema", "null")]
    [InlineData("name", "\"../etc\"")]
    [InlineData("name", "null")]
    [InlineData("format", "\"pickle\"")]
    [InlineData("format", "7")]
    [InlineData("classes", "[\"one\"]")]
    [InlineData("classes", "[\"a\",\"a\"]")]
    [InlineData("classes", "[\"a\",\"\"]")]
    [InlineData("classes", "[\"a\",null]")]
    [InlineData("classes", "null")]
    [InlineData("files", "[]")]
    [InlineData("files", "[null]")]
    [InlineData(
        "files",
        """[{"name":"../x","split":"train","length":1,"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]""")]
    [InlineData(
        "files",
        """[{"name":"manifest.json","split":"train","length":1,"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]""")]
    [InlineData(
        "files",
        """[{"name":"x","split":"validation","length":1,"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]""")]
    [InlineData("files", """[{"name":"x","split":"train","length":0,"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]""")]
    [InlineData("files", """[{"name":"x","split":"train","length":1,"sha256":"AAAA"}]""")]
    [InlineData("images", """{"train":0,"test":1}""")]
    [InlineData("images", """{"train":1}""")]
    [InlineData("statistics", """{"mean":[0.5],"standardDeviation":[0.1,0.1,0.1]}""")]
    [InlineData("statistics", """{"mean":[0.5,2,0.5],"standardDeviation":[0.1,0.1,0.1]}""")]
    [InlineData("statistics", """{"mean":null,"standardDeviation":[0.1,0.1,0.1]}""")]
    [InlineData("url", "\"http://example.org\"")]
    public void Parse_FieldBreaksItsRule_IsDataInvalid(string field, string value)
    {
        var json = JsonNode.Parse(Sample().Serialize())!;
        json[field] = JsonNode.Parse(value);

        var error = Assert.Throws<DatasetException>(() => DatasetManifest.Parse(Encoding.UTF8.GetBytes(json.ToJsonString())));

        Assert.Equal("data-invalid", error.Error.Code);
        Assert.Equal("manifest.json", error.FileName);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"schema\":1,\"schema\":1}")]
    [InlineData("{} x")]
    [InlineData("\u00ff\u00fe")]
    public void Parse_NotAManifest_IsDataInvalid(string text) =>
        Assert.Throws<DatasetException>(() => DatasetManifest.Parse(Encoding.Latin1.GetBytes(text)));

    [Fact]
    public void Parse_SyntaxErrorOnALaterLine_GivesTheByteOffset()
    {
        var error = Assert.Throws<DatasetException>(() => DatasetManifest.Parse("{\n  \"schema\": 1,\n  !"u8));

        Assert.Equal(19, error.Offset);
    }

    [Fact]
    public void Parse_RandomDamage_GivesAManifestOrAnError()
    {
        var good = Sample().Serialize();
        var random = new Random(4711);
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            var bytes = good.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            try
            {
                Assert.NotNull(DatasetManifest.Parse(bytes));
            }
            catch (DatasetException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 3000);
    }

    private static DatasetManifest Sample() => DatasetManifest.Of(
        Shapes10.Name,
        DatasetFormat.Cifar10Binary,
        [
            DatasetFile.Of("train.bin", DatasetSplit.Train, Cifar10Binary.Write(Train)),
            DatasetFile.Of("test.bin", DatasetSplit.Test, Cifar10Binary.Write(Test)),
        ],
        Train,
        Test);
}
