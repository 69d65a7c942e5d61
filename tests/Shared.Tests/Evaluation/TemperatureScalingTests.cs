using WrnCloud.Evaluation;

namespace WrnCloud.Shared.Tests.Evaluation;

public sealed class TemperatureScalingTests
{
    // Labels drawn from softmax(logits): with logits that are twice or half as large the temperature gives them back.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(0.5)]
    public void Fit_LogitsOffByAFactor_FindsTheFactor(double factor)
    {
        var (logits, labels) = Drawn(4_000, 3, factor);

        Assert.Equal(factor, TemperatureScaling.Fit(logits, labels, 3), 0.07 * factor);
    }

    [Fact]
    public void Fit_OverconfidentLogits_HalvesTheCalibrationErrorAndKeepsTheOrder()
    {
        var (logits, labels) = Drawn(2_000, 4, 3);
        var before = Answer.Of(logits, labels, 4);

        var after = Answer.Of(logits, labels, 4, TemperatureScaling.Fit(logits, labels, 4));

        Assert.True(CalibrationFigures.Of(after).Error < CalibrationFigures.Of(before).Error / 2);
        Assert.Equal(before.Select(a => a.Predicted), after.Select(a => a.Predicted));
    }

    [Fact]
    public void Fit_FewAnswersThatAreAllRight_DoesNotClaimCertainty()
    {
        var logits = Enumerable.Range(0, 10).SelectMany(_ => new[] { 1f, 0f }).ToArray();

        var temperature = TemperatureScaling.Fit(logits, new int[10], 2);

        Assert.InRange(temperature, TemperatureScaling.Lowest, 1);
        Assert.InRange(Answer.Of(logits, new int[10], 2, temperature)[0].P, 0.9, 0.97);
    }

    [Fact]
    public void Fit_NothingToFitTo_IsOne()
    {
        Assert.Equal(1, TemperatureScaling.Fit([], [], 3));
        Assert.Equal(1, TemperatureScaling.Fit([float.NaN, 1], [0], 2));
        Assert.Equal(1, TemperatureScaling.Fit([2, 2, 2, 2], [0, 1], 2));
    }

    private static (float[] Logits, int[] Labels) Drawn(int count, int classes, double factor)
    {
        var random = new Random(7);
        var logits = new float[count * classes];
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            var row = Enumerable.Range(0, classes).Select(_ => random.NextDouble() * 4).ToArray();
            var total = row.Sum(Math.Exp);
            var draw = random.NextDouble() * total;
            while ((draw -= Math.Exp(row[labels[i]])) > 0 && labels[i] < classes - 1) labels[i]++;
            for (var c = 0; c < classes; c++) logits[(i * classes) + c] = (float)(row[c] * factor);
        }

        return (logits, labels);
    }
}
