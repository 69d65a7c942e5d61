using WrnCloud.Datasets;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class FolderLayoutTests
{
    [Theory]
    [InlineData("train/cat/1 train/dog/1 test/cat/1", "train:cat train:dog test:cat")]
    [InlineData("archive/pets/train/cat/1 archive/pets/train/dog/1 archive/pets/test/dog/1", "train:cat train:dog test:dog")]
    [InlineData("ILSVRC/Data/CLS-LOC/train/n01/1 ILSVRC/Data/CLS-LOC/val/n01/1", "train:n01 validation:n01")]
    [InlineData("test/data/train/cat/1 test/data/train/dog/1 test/data/val/dog/1", "train:cat train:dog validation:dog")]
    [InlineData("Training/cat/a/b/1 TESTING/cat/c/1", "train:cat test:cat")]
    [InlineData(
        "train/cat/1 dev/cat/1 valid/cat/1 validation/cat/1 VAL/cat/1",
        "train:cat validation:cat validation:cat validation:cat validation:cat")]
    [InlineData("train/cat/1 train/test/1 test/cat/1", "train:cat train:test test:cat")]
    [InlineData("train/cat/1 train/dog/1 test/dog/2 bird/1 train/2 3", "train:cat train:dog test:dog - - -")]
    [InlineData("part1/train/cat/1 part2/train/dog/1", "train:cat train:dog")]
    [InlineData("test/cat/1 test/dog/1", "test:cat test:dog")]
    [InlineData("rose/2019/1 rose/2020/1 tulip/2019/1", "train:rose train:rose train:tulip")]
    [InlineData("flowers/rose/2019/1 flowers/tulip/1", "train:rose train:tulip")]
    [InlineData("cat/1 dog/1 cover", "train:cat train:dog -")]
    [InlineData("train/bus/1 train/train/old/1 train/car/1", "train:bus train:train train:car")]
    [InlineData("train/cat/1 train/dog/1 notes/a.html", "train:cat train:dog -")]
    [InlineData("train/cat/1 train/dog/1 test1/2", "train:cat train:dog -")]
    [InlineData("steam_train/1 bullet_train/1 train/1", "train:steam_train train:bullet_train train:train")]
    [InlineData("training_set/cat/1 training_set/dog/1", "train:cat train:dog")]
    [InlineData("contest/1 latest/a/1 value/1", "train:contest train:latest train:value")]
    [InlineData("test_a/1 train_b/1 bird/1", "train:test_a train:train_b train:bird")]
    [InlineData("cat/1 train/1 bus/1", "train:cat train:train train:bus")]
    [InlineData("all/cat/1 all/cat/2", "train:cat train:cat")]
    [InlineData("1 2", "- -")]
    public void Of_Paths_TellsSplitAndClass(string paths, string expected)
    {
        var places = FolderLayout.Of(Paths(paths), FolderSplit.Train, isStored: false, out var problem);

        Assert.Null(problem);
        Assert.Equal(expected, Say(places));
    }

    [Theory]
    [InlineData("train/1 train/2 test/3", "directly in train/ and test/")]
    [InlineData("data/train/1 data/test/2 data/other/3", "directly in train/ and test/")]
    [InlineData("train/1 train/2", "directly in train/")]
    [InlineData("cat/train/1 dog/train/1 dog/test/1", "CLASS/train")]
    [InlineData("train_set/cat/1 train_set/dog/1 test_set/cat/1", "test_set/ look like splits")]
    [InlineData("a/train-images/1 a/valImages/1", "directly in train-images/ and valImages/")]
    [InlineData("Training-Set/cat/1 evaluation2/cat/1", "look like splits")]
    [InlineData("bus/2019/1 car/2019/1 train/2019/1 train/2020/1", "train/ lies beside bus/ and car/")]
    [InlineData("bus/1 train/1 train/old/1", "train/ lies beside bus/")]
    [InlineData("pets/cat/a/1 pets/val/a/1", "val/ lies beside cat/")]
    [InlineData("train/cat/1 train/dog/1 holdout/cat/1", "train/ lies beside holdout/")]
    public void Of_PathsThatTellNoClasses_SaysWhy(string paths, string said)
    {
        FolderLayout.Of(Paths(paths), FolderSplit.Train, isStored: false, out var problem);

        Assert.Contains(said, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bus/2019/1 train/2019/1 train/2020/1", "- train:2019 train:2020")]
    [InlineData("train_set/1 test_set/1", "train:train_set train:test_set")]
    public void Of_DoubtfulFoldersThatWereStored_AreTakenAsTheyWere(string paths, string expected)
    {
        var places = FolderLayout.Of(Paths(paths), FolderSplit.Train, isStored: true, out var problem);

        Assert.Null(problem);
        Assert.Equal(expected, Say(places));
    }

    private static string[][] Paths(string paths) => [.. paths.Split(' ').Select(p => p.Split('/'))];

    private static string Say((FolderSplit Split, string Class)?[] places) =>
        string.Join(' ', places.Select(p => p is { } place ? $"{place.Split.ToString().ToLowerInvariant()}:{place.Class}" : "-"));
}
