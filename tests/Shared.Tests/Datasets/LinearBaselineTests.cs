using WrnCloud.Datasets;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class LinearBaselineTests
{
    [Trait("Category", "Slow")]
    [Fact]
    public void BestTestAccuracy_Shapes10_StaysLow()
    {
        var accuracy = LinearBaseline.BestTestAccuracy(Shapes10.Generate(6000, Shapes10.TrainSeed), Shapes10.Generate(1000, Shapes10.TestSeed));

        Assert.InRange(accuracy, 0.10, 0.45);
    }

    [Fact]
    public void BestTestAccuracy_ClassesDifferByColour_LearnsThem()
    {
        // Guards the test above: a baseline that never learns anything would pass it too.
        var accuracy = LinearBaseline.BestTestAccuracy(Tinted(600, 1), Tinted(200, 2));

        Assert.InRange(accuracy, 0.99, 1);
    }

    [Fact]
    public void BestTestAccuracy_SameInput_IsTheSame()
    {
        var (train, test) = (Shapes10.Generate(500, 1), Shapes10.Generate(200, 2));

        Assert.Equal(LinearBaseline.BestTestAccuracy(train, test, 2), LinearBaseline.BestTestAccuracy(train, test, 2));
    }

    [Fact]
    public void BestTestAccuracy_Cifar10_IsWellAboveChance()
    {
        var (train, test) = (RepositoryData.Find("cifar-10-tiny/tiny_train.bin"), RepositoryData.Find("cifar-10-tiny/tiny_test.bin"));
        if (train is null || test is null) Assert.Skip("CIFAR-10 is not on this machine.");

        var accuracy = LinearBaseline.BestTestAccuracy(Read(train), Read(test));

        Assert.InRange(accuracy, 0.2, 0.45);

        static LabelledImages Read(string path) => Cifar10Binary.Read(File.ReadAllBytes(path), path, Cifar10Binary.Cifar10Classes);
    }

    // Noise, with one of the three channels a little brighter: the class.
    private static LabelledImages Tinted(int count, int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[count * LabelledImages.ImageBytes];
        var labels = new ushort[count];
        random.NextBytes(pixels);
        for (var i = 0; i < count; i++)
        {
            labels[i] = (ushort)(i % 3);
            foreach (ref var value in pixels.AsSpan((i * LabelledImages.ImageBytes) + (labels[i] * 1024), 1024))
                value = (byte)Math.Min(255, value + 40);
        }

        return new LabelledImages(pixels, labels, ["red", "green", "blue"]);
    }
}
