using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Training;

/// <summary>Schedules that fit into the time, and image sizes that grow.</summary>
public sealed class EpochBudgetTests
{
    [Theory]
    [InlineData(1000, 10)]
    [InlineData(113, 10)]
    [InlineData(60, 5)]
    [InlineData(1, 1)]
    [InlineData(-5, 1)]
    public void Fit_AsManyEpochsAsTheTimeHas(double seconds, int expected) =>
        Assert.Equal(expected, EpochBudget.Fit(Samples.Settings with { Epochs = 10 }, 32, 10, 0.9, 1, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Fit_GrowingImages_CountsWhatTheyCost()
    {
        var settings = Samples.Settings with { Epochs = 10, ProgressiveFrom = 0.715 };

        var growing = EpochBudget.Fit(settings, 224, 10, 1, 0, TimeSpan.FromSeconds(120));
        var whole = EpochBudget.Fit(settings with { ProgressiveFrom = null }, 224, 10, 1, 0, TimeSpan.FromSeconds(120));

        Assert.Equal(10, whole);
        Assert.InRange(growing, 5, 9);
    }

    [Fact]
    public void At_GrowsToTheWholeSizeBeforeTheEnd()
    {
        var settings = Samples.Settings with { Epochs = 10, ProgressiveFrom = 0.715 };

        Assert.Equal([160, 160, 160, 160, 192, 192, 192, 192, 224, 224], Enumerable.Range(0, 10).Select(e => ProgressiveSize.At(settings, 224, e)));
        Assert.Equal(96, ProgressiveSize.At(settings, 96, 0));
        Assert.Equal(128, ProgressiveSize.At(settings with { ProgressiveFrom = 0.25 }, 224, 0));
        Assert.Equal(224, ProgressiveSize.At(settings with { ProgressiveFrom = null }, 224, 0));
    }

    [Fact]
    public void ClassWeights_UnequalClasses_LieBetweenEqualAndInverse()
    {
        var images = Samples.Images(110, 2, 1);
        var unequal = images with { Labels = [.. Enumerable.Range(0, 110).Select(i => (ushort)(i < 100 ? 0 : 1))] };

        Assert.Null(ClassWeights.Of(unequal, null));
        Assert.Null(ClassWeights.Of(unequal, 10));
        Assert.Null(ClassWeights.Of(images, 5));
        var weights = ClassWeights.Of(unequal, 5)!;
        Assert.Equal(Math.Sqrt(10), weights[1] / weights[0], 1e-4);
        Assert.Equal(1, ((100 * weights[0]) + (10 * weights[1])) / 110, 1e-4);
    }
}
