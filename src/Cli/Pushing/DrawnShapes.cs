using WrnCloud.Datasets;

namespace WrnCloud.Cli.Pushing;

/// <summary>The drawn data set, in the format of CIFAR-10.</summary>
internal static class DrawnShapes
{
    private const int TrainImages = 8_000;
    private const int TestImages = 1_000;

    public static LocalDataset Create(string name)
    {
        ReadOnlyMemory<byte> train = Cifar10Binary.Write(Shapes10.Generate(TrainImages, Shapes10.TrainSeed));
        ReadOnlyMemory<byte> test = Cifar10Binary.Write(Shapes10.Generate(TestImages, Shapes10.TestSeed));
        return LocalDataset.Of(name, Shapes10.Classes, [("train.bin", train)], [("test.bin", test)]);
    }
}
