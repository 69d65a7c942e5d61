using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Tests.Data;

public sealed class EpochOrderTests
{
    [Fact]
    public void Shuffle_AnyEpoch_IsAPermutationOfItsOwn()
    {
        var first = EpochOrder.Shuffle(500, 3, 0);

        Assert.Equal(Enumerable.Range(0, 500), first.Order());
        Assert.NotEqual(Enumerable.Range(0, 500), first);
        Assert.Equal(first, EpochOrder.Shuffle(500, 3, 0));
        Assert.NotEqual(first, EpochOrder.Shuffle(500, 3, 1));
        Assert.NotEqual(first, EpochOrder.Shuffle(500, 4, 0));
    }

    [Fact]
    public void Shuffle_ManySeeds_PutsEveryImageFirstAboutEquallyOften()
    {
        var counts = new int[5];
        for (var seed = 0; seed < 5000; seed++) counts[EpochOrder.Shuffle(5, seed, 0)[0]]++;

        Assert.All(counts, c => Assert.InRange(c, 850, 1150));
    }
}
