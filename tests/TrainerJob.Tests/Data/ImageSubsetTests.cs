using WrnCloud.Datasets;
using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Tests.Data;

public sealed class ImageSubsetTests
{
    // Image i is all i; labels 0, 0, 0, …, 1, 1, …, 2.
    private static readonly LabelledImages Images = Create(20, 9, 1);

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    public void Split_AShare_TakesItOfEachClassAndLosesNothing(double share)
    {
        var (kept, apart) = ImageSubset.Split(Images, share, 5);

        Assert.Equal(Enumerable.Range(0, Images.Count), Identities(kept).Concat(Identities(apart)).Order());
        Assert.Equal([Math.Round(20 * share), Math.Round(9 * share)], new[] { 0, 1 }.Select(c => (double)Labels(apart).Count(l => l == c)));

        // The only image of the third class is needed for training.
        Assert.DoesNotContain(2, Labels(apart));
        Assert.All(Identities(apart).Zip(Labels(apart)), i => Assert.Equal(Images.Label(i.First), i.Second));
    }

    [Fact]
    public void Split_SameSeed_IsTheSameAndAnotherIsNot()
    {
        Assert.Equal(Identities(ImageSubset.Split(Images, 0.3, 5).Apart), Identities(ImageSubset.Split(Images, 0.3, 5).Apart));
        Assert.NotEqual(Identities(ImageSubset.Split(Images, 0.3, 5).Apart), Identities(ImageSubset.Split(Images, 0.3, 6).Apart));
    }

    [Fact]
    public void Constructor_PositionThatIsNone_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageSubset(Images, [0, Images.Count]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageSubset(Images, [-1]));
    }

    private static List<int> Identities(ImageSubset images) => Enumerable.Range(0, images.Count).Select(i => (int)images.Image(i)[0]).ToList();

    private static List<int> Labels(ImageSubset images) => Enumerable.Range(0, images.Count).Select(images.Label).ToList();

    private static LabelledImages Create(params int[] counts)
    {
        var labels = counts.SelectMany((count, label) => Enumerable.Repeat((ushort)label, count)).ToArray();
        var pixels = new byte[labels.Length * LabelledImages.ImageBytes];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i / LabelledImages.ImageBytes);
        return new LabelledImages(pixels, labels, [.. counts.Select((_, c) => $"class {c}")]);
    }
}
