using System.Security.Cryptography;
using System.Text.Json;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.Shared.Tests.Jobs;

public sealed class ResolvedTrainingTests
{
    private static readonly ResolvedTraining Training = JobRecords.In(JobState.Accepted).Resolved;

    private static readonly ResolvedInit Start = new("base", 3, new string('2', 64), false, Freeze.None);

    [Fact]
    public void ConfigHash_RandomWeights_IsTheHashWithoutTheField()
    {
        var deciding = new { Training.Model, Training.DatasetHash, Training.Classes, Training.Settings, Training.Seed };

        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(deciding, WrnJson.Compact))), Training.ConfigHash());
    }

    [Fact]
    public void ConfigHash_NameOfTheStart_IsLeftOut() =>
        Assert.Equal(
            (Training with { Init = Start }).ConfigHash(), (Training with { Init = Start with { Model = "copy", Version = 1 } }).ConfigHash());

    [Fact]
    public void ConfigHash_ImagesOf32_IsTheHashOfRecordsFromBeforeThereWasAChoice() =>
        Assert.Equal(Training.ConfigHash(), (Training with { ImageSize = 32 }).ConfigHash());

    [Theory]
    [InlineData("WRN-10-1", null, 32)]
    [InlineData("WRN-10-1", 64, 64)]
    [InlineData("ResNet-18", 224, 224)]
    public void Spec_OfARecord_HasItsSize(string network, int? recorded, int size)
    {
        var spec = (Training with { Model = network, ImageSize = recorded }).Spec();

        Assert.Equal((network, size), (spec.Name, spec.ImageSize));
    }

    [Theory]
    [InlineData("WRN-11-1", 32)]
    [InlineData("ResNet-18", 100)]
    public void Spec_OfARecordThatThisVersionCanNotBuild_IsRefused(string network, int size)
    {
        var refusal = Assert.Throws<WrnException>(() => (Training with { Model = network, ImageSize = size }).Spec());

        Assert.Equal(ErrorCatalogue.SpecInvalid, refusal.Error);
    }

    [Fact]
    public void ConfigHash_WhatDoesNotDecideTheWeights_IsLeftOut()
    {
        var other = Training with
        {
            ModelName = "other",
            Dataset = "renamed",
            Recipe = "paper/cifar",
            MaxMinutes = 5,
            MultiplyAccumulates = 7,
            TrainingMemoryBytes = 8,
            TrainerMemoryBytes = 9,
        };

        Assert.Equal(Training.ConfigHash(), other.ConfigHash());
        Assert.Matches(@"\A[0-9a-f]{64}\z", Training.ConfigHash());
    }

    [Fact]
    public void ConfigHash_WhatDecidesTheWeights_ChangesIt()
    {
        ResolvedTraining[] others =
        [
            Training with { Model = "WRN-16-1" },
            Training with { DatasetHash = new string('1', 64) },
            Training with { Classes = 9 },
            Training with { Seed = 2 },
            Training with { Settings = Training.Settings with { Flip = !Training.Settings.Flip } },
            Training with { Settings = Training.Settings with { DropEpochs = [1] } },
            Training with { Init = Start }, Training with { Init = Start with { WeightsSha256 = new string('3', 64) } },
            Training with { ImageSize = 64 }, Training with { ImageSize = 224 },
            Training with { Init = Start with { NewHead = true } }, Training with { Init = Start with { Freeze = Freeze.Stem } },
        ];

        Assert.Equal(others.Length + 1, others.Append(Training).Select(t => t.ConfigHash()).Distinct().Count());
    }
}
