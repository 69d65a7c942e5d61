using WrnCloud.Errors;
using WrnCloud.Models;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Export;

public sealed class PublishedWeightsTests(TrainedFixture trained) : IClassFixture<TrainedFixture>
{
    [Fact]
    public async Task Read_WhatWasWritten_IsTheSameNetwork()
    {
        using var sample = await TrainedSample.CreateAsync("WRN-10-2-B(1,3)");
        var bytes = sample.Weights().ToBytes();

        var read = PublishedWeights.Read(bytes);

        using var network = read.Network;
        Assert.Equal(("WRN-10-2-B(1,3)", 3), (network.Spec.Name, network.ClassCount));
        Assert.Equal(sample.Model.Plan.Train.Classes, read.Classes);
        Assert.Equal(sample.Model.Plan.Statistics.Mean, read.Statistics.Mean);
        Assert.Equal(bytes, read.ToBytes());
    }

    [Fact]
    public void Read_MetadataOfAHugeNetwork_IsRefusedBeforeItIsBuilt()
    {
        var sample = trained.Sample;
        var file = SafetensorsFile.Read(sample.Weights().ToBytes());
        var metadata = new Dictionary<string, string>(file.Metadata) { ["architecture"] = "WRN-28-10" };

        AssertRefused((file with { Metadata = metadata }).ToBytes(), "too short");
    }

    [Theory]
    [InlineData("architecture", "WRN-17-1")]
    [InlineData("architecture", "WRN-10-1-B(3,3)-x")]
    [InlineData("classes", "[]")]
    [InlineData("classes", "not json")]
    [InlineData("classes", "[\"a\",null,\"c\"]")]
    [InlineData("classes", "[\"a\",\"b\"]")]
    [InlineData("preprocessing", "{\"mean\":[1],\"standardDeviation\":[1,2,3]}")]
    [InlineData("preprocessing", "null")]
    public void Read_WrongMetadata_IsRefused(string key, string value)
    {
        var sample = trained.Sample;
        var file = SafetensorsFile.Read(sample.Weights().ToBytes());

        AssertRefused((file with { Metadata = new Dictionary<string, string>(file.Metadata) { [key] = value } }).ToBytes(), ArtifactFile.Weights);
    }

    [Fact]
    public void Read_NoSafetensors_IsRefused() => AssertRefused([1, 2, 3], ArtifactFile.Weights);

    private static void AssertRefused(byte[] bytes, string why)
    {
        var error = Assert.Throws<WrnException>(() => PublishedWeights.Read(bytes));
        Assert.Equal("artifact-damaged", error.Error.Code);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }
}
