using WrnCloud.Datasets;
using WrnCloud.Datasets.Checks;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class SplitDrawTests
{
    private static readonly DrawnSplit Tenths = DrawnSplit.Default;

    [Fact]
    public void Of_NoSplitGiven_DrawsATenthOfEachClassForEither()
    {
        var pictures = Pictures(FolderSplit.Train, ("a", 100), ("b", 41), ("c", 5));

        var (splits, drawn) = SplitDraw.Of(pictures, [], Tenths);

        Assert.Equal(Tenths, drawn);
        Assert.Equal((80, 10, 10), Count(pictures, splits, "a"));
        Assert.Equal((33, 4, 4), Count(pictures, splits, "b"));
        Assert.Equal((3, 1, 1), Count(pictures, splits, "c"));
        Assert.NotEqual(splits, SplitDraw.Of(pictures, [], Tenths with { Seed = 1 }).Splits);
    }

    [Theory]
    [InlineData(1, 1, 0, 0)]
    [InlineData(2, 1, 0, 1)]
    [InlineData(3, 1, 1, 1)]
    [InlineData(4, 2, 1, 1)]
    public void Of_SmallClass_HasOneInEachSplitFromThreeOn(int count, int train, int validation, int test)
    {
        var pictures = Pictures(FolderSplit.Train, ("a", count));

        Assert.Equal((train, validation, test), Count(pictures, SplitDraw.Of(pictures, [], Tenths).Splits, "a"));
    }

    [Fact]
    public void Of_TestGiven_KeepsItAndTakesValidationOfTraining()
    {
        List<CheckedPicture> pictures = [.. Pictures(FolderSplit.Train, ("a", 60)), .. Pictures(FolderSplit.Test, ("a", 40))];

        var (splits, drawn) = SplitDraw.Of(pictures, [], Tenths);

        Assert.Equal((50, 10, 40), Count(pictures, splits, "a"));
        Assert.All(splits[60..], s => Assert.Equal(DatasetSplit.Test, s));
        Assert.Equal(Tenths with { Test = null }, drawn);
    }

    [Fact]
    public void Of_FewTrainingPicturesBesideManyForTesting_LeavesHalfToTrainOn()
    {
        List<CheckedPicture> pictures = [.. Pictures(FolderSplit.Train, ("a", 8)), .. Pictures(FolderSplit.Test, ("a", 192))];

        Assert.Equal((4, 4, 192), Count(pictures, SplitDraw.Of(pictures, [], Tenths).Splits, "a"));
    }

    [Fact]
    public void Of_ValidationGivenAlone_KeepsItAndTakesTheTestSetOfTraining()
    {
        List<CheckedPicture> pictures = [.. Pictures(FolderSplit.Train, ("a", 60), ("b", 20)), .. Pictures(FolderSplit.Validation, ("a", 40))];
        IReadOnlyList<IReadOnlyList<int>> groups = [.. Enumerable.Range(0, 30).Select(i => (IReadOnlyList<int>)[2 * i, (2 * i) + 1])];

        var (splits, drawn) = SplitDraw.Of(pictures, groups, Tenths);

        Assert.Equal((50, 40, 10), Count(pictures, splits, "a"));
        Assert.Equal((18, 0, 2), Count(pictures, splits, "b"));
        Assert.All(splits[80..], s => Assert.Equal(DatasetSplit.Validation, s));
        Assert.All(groups, g => Assert.Single(g.Select(i => splits[i]).Distinct()));
        Assert.Equal(Tenths with { Validation = null }, drawn);
    }

    [Fact]
    public void Of_AllGiven_DrawsNothing()
    {
        List<CheckedPicture> pictures =
        [
            .. Pictures(FolderSplit.Train, ("a", 6)),
            .. Pictures(FolderSplit.Validation, ("a", 3)),
            .. Pictures(FolderSplit.Test, ("a", 2)),
        ];

        var (splits, drawn) = SplitDraw.Of(pictures, [], Tenths);

        Assert.Equal((6, 3, 2), Count(pictures, splits, "a"));
        Assert.Null(drawn);
    }

    [Fact]
    public void Of_PicturesThatAreAlike_StayOnOneSide()
    {
        var pictures = Pictures(FolderSplit.Train, ("a", 60), ("b", 60));
        IReadOnlyList<IReadOnlyList<int>> groups = [.. Enumerable.Range(0, 30).Select(i => (IReadOnlyList<int>)[2 * i, (2 * i) + 1])];

        var (splits, _) = SplitDraw.Of(pictures, groups, Tenths);

        Assert.All(groups, g => Assert.Single(g.Select(i => splits[i]).Distinct()));
        Assert.Equal((48, 6, 6), Count(pictures, splits, "a"));
        Assert.Equal((48, 6, 6), Count(pictures, splits, "b"));
    }

    [Fact]
    public void Of_PicturesUnderTwoLabels_MeasureNothing()
    {
        var pictures = Pictures(FolderSplit.Train, ("a", 10), ("b", 10));
        IReadOnlyList<IReadOnlyList<int>> groups = [.. Enumerable.Range(0, 8).Select(i => (IReadOnlyList<int>)[i, 10 + i])];

        var (splits, _) = SplitDraw.Of(pictures, groups, Tenths with { Validation = 0 });

        Assert.All(groups.SelectMany(g => g), i => Assert.Equal(DatasetSplit.Train, splits[i]));
        Assert.Equal((9, 0, 1), Count(pictures, splits, "a"));
    }

    [Fact]
    public void Of_AnyOrderOfThePictures_DrawsTheSame()
    {
        var pictures = Pictures(FolderSplit.Train, ("a", 30), ("b", 20));
        List<CheckedPicture> reversed = [.. pictures.AsEnumerable().Reverse()];

        Assert.Equal(SplitDraw.Of(pictures, [], Tenths).Splits, SplitDraw.Of(reversed, [], Tenths).Splits.Reverse());
    }

    private static List<CheckedPicture> Pictures(FolderSplit split, params (string Class, int Count)[] classes) =>
        [.. classes.SelectMany(
            c => Enumerable.Range(0, c.Count).Select(i => new CheckedPicture("x.zip", i, $"{split}/{c.Class}/{i:D3}.png", split, c.Class)))];

    private static (int Train, int Validation, int Test) Count(List<CheckedPicture> pictures, DatasetSplit[] splits, string label)
    {
        var counts = pictures.Zip(splits).Where(p => p.First.Class == label).CountBy(p => p.Second).ToDictionary();
        return (
            counts.GetValueOrDefault(DatasetSplit.Train),
            counts.GetValueOrDefault(DatasetSplit.Validation),
            counts.GetValueOrDefault(DatasetSplit.Test));
    }
}
