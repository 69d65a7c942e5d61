using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;
using WrnCloud.Jobs;

namespace WrnCloud.EndToEnd.Support;

/// <summary>Inputs that are small enough to train on in seconds.</summary>
internal static class Sample
{
    public const string Dataset = "tiny-shapes";

    public static LocalDataset TinyShapes(string name = Dataset)
    {
        var train = Shapes10.Generate(320, Shapes10.TrainSeed);
        var test = Shapes10.Generate(100, Shapes10.TestSeed);
        return LocalDataset.Of(
            name, Shapes10.Classes, [("train.bin", Cifar10Binary.Write(train))], [("test.bin", Cifar10Binary.Write(test))]);
    }

    /// <summary>A job of a few steps.</summary>
    public static TrainingRequest Short(string publishAs) => new()
    {
        Model = "WRN-10-1",
        Dataset = Dataset,
        Recipe = "fast/shapes10",
        PublishAs = publishAs,
        Overrides = new SettingOverrides { Epochs = 2, BatchSize = 32 },
    };

    /// <summary>A job that takes long enough to be stopped on the way: some epochs a second.</summary>
    public static TrainingRequest Long(string publishAs, int epochs) =>
        Short(publishAs) with { Overrides = new SettingOverrides { Epochs = epochs, BatchSize = 32 } };
}
