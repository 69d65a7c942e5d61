using WrnCloud.Evaluation;

namespace WrnCloud.Shared.Tests.Evaluation;

public sealed class FeatureDistanceTests
{
    private const int Dimension = 8;

    [Fact]
    public void Of_PicturesLikeTheTrainingPictures_AreAtAboutOneAndOthersFarther()
    {
        var distance = FeatureDistance.Fit(Features(200, 1, shift: 0))!;

        var near = distance.Of(Features(200, 2, shift: 0));
        var far = distance.Of(Features(200, 3, shift: 5));

        Assert.InRange(near.Average(), 0.8, 1.2);
        Assert.True(far.Min() > near.Max(), $"{far.Min()} against {near.Max()}");
    }

    [Fact]
    public void OfFitted_ThePicturesThemselves_AreAsFarAsOthersOfTheirKind()
    {
        // Six of each class in eight dimensions: by the means that they are part of they would be much nearer.
        var few = Features(18, 4, shift: 0);
        var distance = FeatureDistance.Fit(few)!;

        var own = distance.OfFitted(few).Average();

        Assert.True(own > 1.1 * distance.Of(few).Average());
        Assert.Equal(distance.Of(Features(600, 5, shift: 0)).Average(), own, 0.25 * own);
    }

    [Fact]
    public void Of_FeaturesOfAnyLength_CountByTheirDirection()
    {
        var distance = FeatureDistance.Fit(Features(60, 1, shift: 0))!;
        var some = Features(5, 2, shift: 0);

        var longer = distance.Of(some with { Values = some.Values.ToArray().Select(v => 7 * v).ToArray() });

        foreach (var (a, b) in distance.Of(some).Zip(longer)) Assert.Equal(a, b, 1e-5);
    }

    [Fact]
    public void Fit_TooFewOrNoNumbers_GivesNone()
    {
        Assert.Null(FeatureDistance.Fit(Features(3, 1, shift: 0)));
        var broken = Features(30, 1, shift: 0);
        var values = broken.Values.ToArray();
        values[9] = float.NaN;
        Assert.Null(FeatureDistance.Fit(broken with { Values = values }));
    }

    [Fact]
    public void ShareFarther_ByQuantiles_GoesFromAllToNone()
    {
        var quantiles = FeatureDistance.Quantiles([.. Enumerable.Range(0, 1001).Select(i => 1 + (i / 1000.0))]);

        Assert.Equal(FeatureDistance.QuantileCount, quantiles.Count);
        Assert.Equal(1, FeatureDistance.ShareFarther(quantiles, 0.99));
        Assert.Equal(0.75, FeatureDistance.ShareFarther(quantiles, 1.25), 1e-9);
        Assert.Equal(0.003, FeatureDistance.ShareFarther(quantiles, 1.997), 1e-9);
        Assert.Equal(0, FeatureDistance.ShareFarther(quantiles, 2.5));
        Assert.Equal(0, FeatureDistance.ShareFarther(FeatureDistance.Quantiles([3, 3]), 3));
    }

    // Three classes, each with a direction of its own under noise.
    private static ImageFeatures Features(int count, int seed, float shift)
    {
        var random = new Random(seed);
        var values = new float[count * Dimension];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(3 + (i % Dimension == i / Dimension % 3 ? 4 : 0) + random.NextDouble() + (i % Dimension == 7 ? shift : 0));
        return new ImageFeatures(values, [.. Enumerable.Range(0, count).Select(i => i % 3)], Dimension);
    }
}
