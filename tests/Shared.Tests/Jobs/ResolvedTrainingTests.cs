using WrnCloud.Jobs;

namespace WrnCloud.Shared.Tests.Jobs;

public sealed class ResolvedTrainingTests
{
    private static readonly ResolvedTraining Training = JobRecords.In(JobState.Accepted).Resolved;

    [Fact]
    public void ConfigHash_WhatDoesNotDecideTheWeights_IsLeftOut()
    {
        var other = Training with { ModelName = "other", Dataset = "renamed", Recipe = "paper/cifar", MaxMinutes = 5, MultiplyAccumulates = 7, TrainingMemoryBytes = 8 };

        Assert.Equal(Training.ConfigHash(), other.ConfigHash());
        Assert.Matches(@"\A[0-9a-f]{64}\z", Training.ConfigHash());
    }

    [Fact]
    public void ConfigHash_WhatDecidesTheWeights_ChangesIt()
    {
        ResolvedTraining[] others =
        [
            Training with { Model = "WRN-16-1" }, Training with { DatasetHash = new string('1', 64) }, Training with { Classes = 9 }, Training with { Seed = 2 },
            Training with { Settings = Training.Settings with { Flip = !Training.Settings.Flip } },
            Training with { Settings = Training.Settings with { DropEpochs = [1] } },
        ];

        Assert.Equal(others.Length + 1, others.Append(Training).Select(t => t.ConfigHash()).Distinct().Count());
    }
}
