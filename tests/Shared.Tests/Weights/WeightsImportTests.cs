using System.Text;
using System.Text.Json;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Shared.Tests.Jobs;
using WrnCloud.Weights;

namespace WrnCloud.Shared.Tests.Weights;

/// <summary>Requests to import weights, and what timm says about its own.</summary>
public sealed class WeightsImportTests
{
    private static readonly ArtifactFile File = new("resnet18.pth", 100, new string('a', 64));

    [Fact]
    public void Resolve_NothingButNameAndFile_IsWhatImageNetsWeightsUsuallyAre()
    {
        var import = Resolve(new WeightsImportRequest { Name = "mine", File = File });

        Assert.Equal((224, 256, "mine"), (import.ImageSize, import.Resize, import.ModelName));
        Assert.Equal([0.485, 0.456, 0.406], import.Normalisation.Mean);
    }

    [Theory]
    [InlineData(288, 0.95, 303)]
    [InlineData(224, 1.0, 224)]
    [InlineData(256, 0.94, 272)]
    public void Resolve_SizeAndCrop_ScaleAsTimmDoes(int size, double crop, int resize) =>
        Assert.Equal(resize, Resolve(new WeightsImportRequest { Name = "mine", File = File, ImageSize = size, Crop = crop }).Resize);

    [Fact]
    public void Resolve_EverythingWrong_NamesEveryField()
    {
        var request = new WeightsImportRequest
        {
            Name = "uploads",
            File = new ArtifactFile("A b", 0, "x"),
            Network = "VGG-16",
            Normalisation = new ChannelStatistics([1, 2], [0, 0, 0]),
            ImageSize = 100,
            Crop = 0.1,
            Classes = ["a", "a"],
            Licence = new string('x', 3000),
            ServeAs = "../x",
        };

        var refusal = Assert.Throws<WrnException>(() => Resolve(request));

        Assert.Equal(
            [
                "/classes", "/crop", "/file/length", "/file/name", "/file/sha256", "/imageSize",
                "/licence", "/name", "/network", "/normalisation/mean",
                "/normalisation/standardDeviation", "/serveAs",
            ],
            refusal.FieldErrors.Select(e => e.Pointer).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Hash_WhatDecidesTheContent_IsInIt()
    {
        var import = Resolve(new WeightsImportRequest { Name = "mine", File = File });

        Assert.Equal(import.Hash, (import with { Licence = "MIT", Source = "somewhere", Network = "ResNet-18" }).Hash);
        Assert.NotEqual(import.Hash, (import with { Resize = 224 }).Hash);
        Assert.NotEqual(import.Hash, (import with { Classes = ["a", "b"] }).Hash);
        Assert.NotEqual(import.Hash, (import with { File = File with { Sha256 = new string('b', 64) } }).Hash);
    }

    [Fact]
    public void Job_OfAnImport_IsReadAsItWasWritten_AndOfATrainingHasNone()
    {
        var now = DateTimeOffset.UnixEpoch;
        var import = Resolve(new WeightsImportRequest { Name = "mine", File = File, Classes = ["a", "b"] });
        var job = JobTransitions.Accept("id", "me", import, now);

        var read = JsonSerializer.Deserialize<Job>(JsonSerializer.SerializeToUtf8Bytes(job, WrnJson.Indented), WrnJson.Compact)!;

        Assert.Equal((import.Hash, "mine", "resnet18.pth"), (read.Import!.Hash, read.Resolved.ModelName, read.Resolved.Dataset));
        var training = JsonSerializer.Serialize(JobRecords.In(JobState.Accepted), WrnJson.Compact);
        Assert.DoesNotContain("import", training, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TimmsConfiguration_GivesWhatItSays()
    {
        var config = Parse("""
            {"architecture":"wide_resnet50_2","num_classes":1000,
            "pretrained_cfg":{"tag":"racm_in1k","input_size":[3,224,224],"test_input_size":[3,288,288],
            "interpolation":"bicubic","crop_pct":0.875,"test_crop_pct":0.95,"mean":[0.485,0.456,0.406],"std":[0.229,0.224,0.225],
            "license":"bsd-3-clause","label_names":null}}
            """);

        Assert.Equal(
            (224, 0.875, "bicubic", "bsd-3-clause", "timm wide_resnet50_2.racm_in1k"),
            (config.ImageSize!.Value, config.Crop!.Value, config.Interpolation, config.Licence, config.Source));
        Assert.Equal([0.229, 0.224, 0.225], config.Normalisation!.StandardDeviation);
        Assert.Null(config.Classes);
    }

    [Fact]
    public void Parse_SizeThatNoNetworkTakes_GivesTheSizeForTests()
    {
        var config = Parse(
            """{"input_size":[3,176,176],"test_input_size":[3,224,224],"crop_pct":0.875,"test_crop_pct":0.965,"label_names":["ant","bee"]}""");

        Assert.Equal((224, 0.965), (config.ImageSize!.Value, config.Crop!.Value));
        Assert.Equal(["ant", "bee"], config.Classes!);
        Assert.Null(config.Normalisation);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"input_size":"big"}""")]
    [InlineData("""{"mean":[true]}""")]
    [InlineData("""{"crop_pct":{}}""")]
    [InlineData("""{"input_size":[3,1,1e40]}""")]
    public void Parse_OtherBytes_AreRefused(string json) => Assert.Throws<InvalidDataException>(() => Parse(json));

    private static WeightsImport Resolve(WeightsImportRequest request) => WeightsImportValidator.Resolve(request, []);

    private static TimmConfig Parse(string json) => TimmConfig.Parse(Encoding.UTF8.GetBytes(json));
}
