using WrnCloud.Cli.Output;
using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Tests.Pushing;

public sealed class GivenSplitTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("latest.zip")]
    [InlineData("festival-photos.zip")]
    [InlineData("contest2024.zip")]
    [InlineData("my-test.zip")]
    [InlineData("dev.zip")]
    [InlineData("validation-photos.zip")]
    public void Read_ZipThatComesAlone_HasAllSplitsWhateverItIsCalled(string name)
    {
        var zip = Zip(name, [.. Enumerable.Range(0, 20).Select(i => $"{(i % 2 == 0 ? "cat" : "dog")}/{i}.png")]);

        var images = Read(zip).Manifest.Images;

        Assert.Equal(new DatasetSizes(16, 2) { Validation = 2 }, images);
    }

    [Fact]
    public void Read_ImageFolderOfTwoZips_NamesTheSplitsByTheirFiles()
    {
        Zip("latest-festival.zip", "cat/1.png", "dog/1.png");
        Zip("test.zip", "dog/2.png");

        var dataset = Read(folder.Path);

        Assert.Equal((2, 1), (dataset.Manifest.Images.Train, dataset.Manifest.Images.Test));
        Assert.Null(dataset.Manifest.Drawn?.Test);
        Assert.Equal([1], dataset.Test.Labels);
    }

    [Theory]
    [InlineData("dev", "validation")]
    [InlineData("Valid", "validation")]
    [InlineData("validation", "validation")]
    [InlineData("VAL", "validation")]
    [InlineData("testing", "test")]
    public void Read_OneSplitBesideTraining_IsWhatItIsCalledAndTheOtherIsDrawn(string name, string given)
    {
        foreach (var i in Enumerable.Range(0, 40)) Picture($"train/{(i % 2 == 0 ? "cat" : "dog")}/{i}.png");
        foreach (var i in Enumerable.Range(40, 6)) Picture($"{name}/{(i % 2 == 0 ? "cat" : "dog")}/{i}.png");

        var dataset = Read(folder.Path);

        var isValidation = given == "validation";
        Assert.Equal(isValidation ? new DatasetSizes(36, 4) { Validation = 6 } : new DatasetSizes(36, 6) { Validation = 4 }, dataset.Manifest.Images);
        var lines = SplitSentence.Origins(dataset.Manifest).ToList();
        Assert.Equal($"Given: training, {given}.", lines[0]);
        Assert.Contains(isValidation ? "10 % for testing of" : "10 % for validation of", lines[1], StringComparison.Ordinal);
        using var index = dataset.Files[^1].Open();
        var beside = PictureIndex.Read(index, dataset.Manifest).Pictures.Where(p => p.Name.StartsWith(name, StringComparison.Ordinal));
        Assert.All(beside, p => Assert.Equal(isValidation ? DatasetSplit.Validation : DatasetSplit.Test, p.Split));
    }

    [Fact]
    public void Origins_ClassesTooSmallForValidation_SaysThatNoneWasDrawn()
    {
        var zip = Zip("few.zip", "cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png");

        var lines = SplitSentence.Origins(Read(zip).Manifest).ToList();

        Assert.DoesNotContain("for validation", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("None is drawn for validation", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ZipNamedAfterASplit_IsOfItOnlyWhereAllItsPicturesAre()
    {
        Zip("dev.zip", "train/cat/1.png", "train/dog/2.png", "val/cat/3.png");
        Zip("test.zip", "cat/4.png");
        Zip("train.zip", "cat/5.png", "dog/6.png");

        var files = Read(folder.Path).Manifest.Files;

        Assert.Equal([DatasetSplit.Train, DatasetSplit.Test, DatasetSplit.Train], files.Take(3).Select(f => f.Split));
    }

    [Fact]
    public void Read_SeveralZipsOfWhichNoneIsForTraining_SaysThatTheirNamesAreWhy()
    {
        Zip("dev-1.zip", "cat/1.png", "dog/1.png");
        Zip("my-test.zip", "cat/2.png", "dog/2.png");

        var message = Assert.Throws<FailedException>(() => Read(folder.Path)).Message;

        Assert.Contains("word in their names dev-1.zip, my-test.zip", message, StringComparison.Ordinal);
    }

    private static LocalDataset Read(string path) =>
        DatasetSource.Read("pets", DatasetFormat.ImageFolder, path, PushOptions.Default, CancellationToken.None);

    private void Picture(string path) => Photographs.Write(folder, path);

    private string Zip(string name, params string[] entries) => Photographs.Zip(folder, name, entries);
}
