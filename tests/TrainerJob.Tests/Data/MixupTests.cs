using WrnCloud.TrainerJob.Data;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Data;

public sealed class MixupTests
{
    [Fact]
    public void Draw_AlphaZero_IsNoMixup() => Assert.Null(Mixup.Draw(0, 1, 2, 8));

    [Fact]
    public void Draw_SameSeedAndStep_IsTheSameAndOthersDiffer()
    {
        var (draw, again) = (Mixup.Draw(0.3, 5, 9, 32)!, Mixup.Draw(0.3, 5, 9, 32)!);

        Assert.Equal(draw.Weight, again.Weight);
        Assert.Equal(draw.Partners, again.Partners);
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (long)i), draw.Partners.Order());
        foreach (var other in new[] { Mixup.Draw(0.3, 6, 9, 32)!, Mixup.Draw(0.3, 5, 10, 32)! })
        {
            Assert.NotEqual(draw.Weight, other.Weight);
            Assert.NotEqual(draw.Partners, other.Partners);
        }
    }

    // The variance of Beta(α, α) is 1 / (4 (2α + 1)); α = 1 is uniform.
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.2)]
    [InlineData(1.0)]
    [InlineData(4.0)]
    public void Draw_ManySteps_HaveTheMomentsOfBeta(double alpha)
    {
        var weights = Enumerable.Range(0, 20_000).Select(step => Mixup.Draw(alpha, 3, step, 1)!.Weight).ToList();

        var mean = weights.Average();
        Assert.All(weights, w => Assert.InRange(w, 0, 1));
        Assert.InRange(mean, 0.485, 0.515);
        Assert.Equal(1 / (4 * ((2 * alpha) + 1)), weights.Average(w => (w - mean) * (w - mean)), 5e-3);
    }

    [Fact]
    public void BlendAndLoss_AreTheWeightedSumOfImageAndPartner()
    {
        using var scope = NewDisposeScope();
        var mixup = Mixup.Draw(1, 4, 0, 6)!;
        var images = rand(6, 4, 4, 3).permute(0, 3, 1, 2);
        var (logits, labels) = (rand(6, 5), tensor(new long[] { 0, 1, 2, 3, 4, 0 }));

        var blended = mixup.Blend(images);
        var loss = mixup.Loss(logits, labels, 0.1);

        Assert.Equal(1, blended.stride(1));
        for (var i = 0; i < 6; i++)
        {
            var expected = (images[i] * mixup.Weight) + (images[mixup.Partners[i]] * (1 - mixup.Weight));
            Assert.InRange((expected - blended[i]).abs().max().item<float>(), 0, 1e-6);
        }

        double Of(Tensor target) => nn.functional.cross_entropy(logits, target, label_smoothing: 0.1).item<float>();
        var partners = tensor(mixup.Partners.Select(p => labels[p].item<long>()).ToArray());
        Assert.Equal((mixup.Weight * Of(labels)) + ((1 - mixup.Weight) * Of(partners)), loss.item<float>(), 1e-5);
    }
}
