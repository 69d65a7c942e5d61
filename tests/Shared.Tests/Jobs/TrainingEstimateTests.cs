using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Weights;

namespace WrnCloud.Shared.Tests.Jobs;

/// <summary>How long a training takes, told by earlier ones.</summary>
public sealed class TrainingEstimateTests
{
    private const long Mac = 1_000_000;

    [Fact]
    public void Of_NoEarlierJob_IsUnknown() => Assert.Null(TrainingEstimate.Of(Training(PhotoRecipes.Quick, 100), []));

    [Theory]
    [InlineData(JobState.Failed)]
    [InlineData(JobState.Running)]
    public void Of_JobThatDidNotSucceed_TellsNothing(JobState state) =>
        Assert.Null(TrainingEstimate.Of(Training(PhotoRecipes.Quick, 100), [Ended(Training(PhotoRecipes.Quick, 100), 10) with { State = state }]));

    [Fact]
    public void Of_AnotherFamilysJobOrAnImport_TellsNothing()
    {
        var small = Ended(Training("photo/scratch", 100) with { Model = "WRN-16-2" }, 10);
        var import = Ended(Training(PhotoRecipes.Quick, 100), 10) with
        {
            Import = new WeightsImport("w", new ArtifactFile("w.pth", 1, new string('0', 64)), new ChannelStatistics([0, 0, 0], [1, 1, 1]), 224, 256),
        };

        Assert.Null(TrainingEstimate.Of(Training(PhotoRecipes.Quick, 100), [small, import]));
    }

    [Fact]
    public void Of_TwiceThePicturesAndThreeTimesTheNetwork_TakesSixTimesAsLong()
    {
        var estimate = TrainingEstimate.Of(
            Training(PhotoRecipes.Quick, 200) with { MultiplyAccumulates = 3 * Mac }, [Ended(Training(PhotoRecipes.Quick, 100), 10)]);

        Assert.Equal(60, estimate!.Seconds, 6);
        Assert.Equal(60, estimate.MostSeconds, 6);
    }

    [Fact]
    public void Of_SeveralJobs_GoesByTheSlowestOfTheLast()
    {
        // One that found its features on disk tells nothing of a set that nobody has looked at.
        Job[] recent =
        [
            Ended(Training(PhotoRecipes.Quick, 100), 0.1), Ended(Training(PhotoRecipes.Quick, 100), 10), Ended(Training(PhotoRecipes.Quick, 100), 8),
        ];

        Assert.Equal(10, TrainingEstimate.Of(Training(PhotoRecipes.Quick, 100), recent)!.Seconds, 6);
    }

    [Fact]
    public void Of_Auto_GoesFromTheLeastToTheMostThatItMayDo()
    {
        Job[] recent = [Ended(Training(PhotoRecipes.Quick, 100), 10)];

        var few = TrainingEstimate.Of(Training(PhotoRecipes.Auto, 100), recent)!;
        var many = TrainingEstimate.Of(Training(PhotoRecipes.Auto, PhotoRecipes.ManyPictures), recent)!;

        Assert.Equal(few.Seconds, few.MostSeconds);
        Assert.Equal(100, many.Seconds, 6);
        Assert.InRange(many.MostSeconds, 5 * many.Seconds, 20 * many.Seconds);
    }

    [Fact]
    public void Of_JobThatStoppedHalfway_CountsAsHalf()
    {
        var training = Training(PhotoRecipes.FineTune, 100);
        var half = Ended(training, 10);

        Assert.Equal(20, TrainingEstimate.Of(training, [half with { Progress = half.Progress! with { Step = 5, Steps = 10 } }])!.Seconds, 6);
    }

    [Fact]
    public void Of_MinutesOrALimit_IsNeverMoreThanThem()
    {
        Job[] recent = [Ended(Training(PhotoRecipes.FineTune, 100), 600)];
        var training = Training(PhotoRecipes.FineTune, 100);

        Assert.Equal(120, TrainingEstimate.Of(training with { Minutes = 2 }, recent)!.MostSeconds);
        Assert.Equal(180, TrainingEstimate.Of(training with { MaxMinutes = 3 }, recent)!.Seconds);
    }

    [Fact]
    public void ConfigHash_EstimateDecidesNothing_DoesNotChange()
    {
        var training = Training(PhotoRecipes.Quick, 100);

        Assert.Equal(training.ConfigHash(), (training with { Estimate = new TrainingEstimate(1, 2) }).ConfigHash());
    }

    private static ResolvedTraining Training(string recipe, int pictures)
    {
        var found = Recipes.Find(recipe)!;
        return new ResolvedTraining("ResNet-18", "m", "d", new string('0', 64), 10, recipe, found.Settings, 1, null, 1, Mac)
        {
            Images = new DatasetSizes(pictures, 20),
            ImageSize = 224,
            Init = found.Init is null ? null : new ResolvedInit("resnet18", null, new string('d', 64), true, found.Init.Freeze ?? Freeze.None),
        };
    }

    private static Job Ended(ResolvedTraining training, double seconds) => JobRecords.In(JobState.Succeeded, 1) with
    {
        Resolved = training,
        TrainedSeconds = seconds,
        Progress = new JobProgress(1, 1, 10, 10, 1, 1, 1, 0),
    };
}
