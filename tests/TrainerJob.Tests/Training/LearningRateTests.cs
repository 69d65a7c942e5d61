using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Training;

public sealed class LearningRateTests
{
    private static readonly TrainingSettings OneCycle = Samples.Settings with { Epochs = 10, LearningRate = 0.2 };

    private static readonly TrainingSettings Steps = Samples.Settings with
    {
        Epochs = 200,
        LearningRate = 0.1,
        Schedule = LearningRateSchedule.Steps,
        DropEpochs = [60, 120, 160],
    };

    [Theory]
    [InlineData(0, 0.008)]
    [InlineData(29, 0.2)]
    [InlineData(64, 0.10001)]
    [InlineData(99, 0.00002)]
    public void At_OneCycle_RunsUpAndDown(int step, double rate) => Assert.Equal(rate, LearningRate.At(OneCycle, step, 10), 1e-9);

    [Theory]
    [InlineData(59, 389, 0.1)]
    [InlineData(60, 0, 0.02)]
    [InlineData(119, 389, 0.02)]
    [InlineData(120, 0, 0.004)]
    [InlineData(160, 0, 0.0008)]
    [InlineData(200, 389, 0.0008)]
    public void At_Steps_DropsAtTheStartOfTheEpoch(int epoch, int stepOfEpoch, double rate) =>
        Assert.Equal(rate, LearningRate.At(Steps, ((epoch - 1) * 390) + stepOfEpoch, 390), 1e-12);

    [Fact]
    public void DropsAt_FirstStepOfADropEpoch_Only()
    {
        Assert.Equal([59 * 390, 119 * 390, 159 * 390], Enumerable.Range(0, 200 * 390).Where(s => LearningRate.DropsAt(Steps, s, 390)));
        Assert.DoesNotContain(Enumerable.Range(0, 100), s => LearningRate.DropsAt(OneCycle with { DropEpochs = [5] }, s, 10));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void At_OneCycleOfFewSteps_StaysInRange(int steps) =>
        Assert.All(Enumerable.Range(0, steps), s => Assert.InRange(LearningRate.At(OneCycle with { Epochs = 1 }, s, steps), 0.2 / 10_000, 0.2));
}
