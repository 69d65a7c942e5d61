using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Training;

public sealed class HeadFitTests
{
    private const int Classes = 3;
    private const int Inputs = 5;

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-2)]
    [InlineData(1.0)]
    public void Fit_AnyPenalty_EndsWhereTheGradientIsZero(double penalty)
    {
        using var scope = NewDisposeScope();
        var (features, labels) = Sample(120);
        var weights = new HeadFit(features, labels, Classes).Fit(penalty, null, HeadFit.Converged, CancellationToken.None).requires_grad_();

        // The objective again, by libtorch's own cross entropy and its own gradient.
        var objective = nn.functional.cross_entropy(HeadFit.Logits(features, weights), labels)
            + (penalty / 2 * weights.slice(1, 0, Inputs, 1).square().sum());
        objective.backward();

        Assert.InRange(weights.grad!.abs().max().item<float>(), 0, 1e-4);
    }

    [Fact]
    public void Fit_AnotherStart_EndsAtTheSameWeights()
    {
        using var scope = NewDisposeScope();
        var (features, labels) = Sample(120);
        var fit = new HeadFit(features, labels, Classes);

        var fromZero = fit.Fit(0.01, null, HeadFit.Converged, CancellationToken.None);
        var fromFar = fit.Fit(0.01, full(Classes, Inputs + 1, 2f), HeadFit.Converged, CancellationToken.None);

        // What all classes' biases have in common changes nothing and stays as it was.
        Assert.True((fromZero - fromFar).slice(1, 0, Inputs, 1).abs().max().item<float>() < 1e-2);
        Assert.True(HeadFit.Logits(features, fromZero).softmax(1).allclose(HeadFit.Logits(features, fromFar).softmax(1), atol: 1e-2));
    }

    [Fact]
    public void Fit_Separable_TellsTheClassesApart()
    {
        using var scope = NewDisposeScope();
        var (features, labels) = Sample(120);

        var weights = new HeadFit(features, labels, Classes).Fit(1e-3, null, HeadFit.Converged, CancellationToken.None);

        Assert.True(HeadFit.Logits(features, weights).argmax(1).eq(labels).all().item<bool>());
    }

    [Fact]
    public void Fit_Cancelled_Ends()
    {
        using var scope = NewDisposeScope();
        var (features, labels) = Sample(30);

        Assert.Throws<OperationCanceledException>(
            () => new HeadFit(features, labels, Classes).Fit(1, null, HeadFit.Converged, new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3)]
    public void Deal_Classes_AreSpreadOverAllParts(int folds)
    {
        long[] labels = [.. Enumerable.Repeat(0L, 40), .. Enumerable.Repeat(1L, 20), 2];

        var parts = HeadChoice.Deal(labels, folds, 7);

        Assert.Equal(parts, HeadChoice.Deal(labels, folds, 7));
        Assert.Equal(Enumerable.Range(0, folds), parts.Distinct().Order());
        foreach (var label in new[] { 0, 1 })
        {
            var counts = parts.Where((_, i) => labels[i] == label).GroupBy(p => p).Select(g => g.Count()).ToList();
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }
    }

    [Fact]
    public void Of_LabelsThatNothingTells_ChoosesTheStrongestPenaltyAndChance()
    {
        using var scope = NewDisposeScope();
        var (features, _) = Sample(300);
        var labels = tensor([.. Enumerable.Range(0, 300).Select(i => (long)new SplitMix64(5, i).Next(Classes))]);

        var choice = HeadChoice.Of(features, labels, Classes, null, 5, 1, CancellationToken.None);

        Assert.Equal(Math.Pow(10, -0.5), choice.Penalty, 1e-9);
        Assert.InRange(choice.Loss, Math.Log(Classes) - 0.05, Math.Log(Classes) + 0.05);
    }

    [Fact]
    public void Of_ClassesThatAreFarApart_JudgesEachImageByAFitThatHadNotSeenIt()
    {
        using var scope = NewDisposeScope();
        var (features, labels) = Sample(120);

        var choice = HeadChoice.Of(features, labels, Classes, null, 3, 1, CancellationToken.None);

        Assert.True(choice.Logits.argmax(1).eq(labels).to(ScalarType.Float32).mean().item<float>() > 0.95);
        Assert.InRange(choice.Loss, 0, 0.3);
    }

    [Fact]
    public void Of_FewerImagesThanFeatures_IsTheFitToAllFeatures()
    {
        using var scope = NewDisposeScope();
        var (features, labels) = Sample(Inputs - 2);
        var seen = new FeatureSet(features, [.. Enumerable.Range(0, Inputs - 2)], labels.data<long>().ToArray(), false);

        var head = FittedHead.Of(seen, Classes, null, 1, CancellationToken.None);

        var expected = new HeadFit((features - head.Mean) / head.Deviation, labels, Classes)
            .Fit(head.Penalty, null, HeadFit.Converged, CancellationToken.None);
        Assert.Equal(expected.shape, head.Weights.shape);
        Assert.True(expected.allclose(head.Weights, atol: 1e-3), $"{(expected - head.Weights).abs().max().item<float>()}");
    }

    // Class c is bright in feature c.
    private static (Tensor Features, Tensor Labels) Sample(int count)
    {
        var random = new SplitMix64(11);
        var features = new float[count * Inputs];
        for (var i = 0; i < features.Length; i++) features[i] = (float)(random.NextUnit() - 0.5 + (i % Inputs == i / Inputs % Classes ? 1.5 : 0));
        return (tensor(features).reshape(count, Inputs), tensor([.. Enumerable.Range(0, count).Select(i => (long)(i % Classes))]));
    }
}
