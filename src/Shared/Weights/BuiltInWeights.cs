using WrnCloud.Datasets;

namespace WrnCloud.Weights;

/// <summary>The sets of weights that ship with every trainer: training on photographs starts from a pretrained network, also offline.</summary>
public static class BuiltInWeights
{
    /// <summary>
    /// A post-activation ResNet of 2-2-2-3 basic blocks without its classifier, from ML.NET's image featurizer.
    /// It was trained on BGR bytes minus a mean image;
    /// here the first convolution's channels are in the order RGB, and each channel's mean replaces the mean image, which varies by ±12 of 255.
    /// </summary>
    public static WeightsManifest ResNet18 { get; } = new()
    {
        Name = "resnet18",
        Network = "ResNet-2-2-2-3",
        Normalisation = new ChannelStatistics([123.15 / 255, 115.90 / 255, 103.06 / 255], [1 / 255.0, 1 / 255.0, 1 / 255.0]),
        Sha256 = "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f",
        Source = "Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1",
        Licence = "MIT",
    };

    /// <summary>Every built-in set.</summary>
    public static IReadOnlyList<WeightsManifest> All { get; } = [ResNet18];

    /// <summary>The set of this name, or null.</summary>
    public static WeightsManifest? Find(string? name) => All.FirstOrDefault(w => w.Name == name);
}
