using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Demo;

/// <summary>The data set of a demo.</summary>
/// <param name="Dataset">Its images and files.</param>
/// <param name="Baseline">Test accuracy of logistic regression, 0 to 1.</param>
internal sealed record DemoData(LocalDataset Dataset, double Baseline)
{
    public LabelledImages Test => Dataset.Test;

    /// <summary>The first images of a set.</summary>
    public static LabelledImages First(LabelledImages images, int count) => images.First(count);

    /// <summary>One image's planes, 3×32×32.</summary>
    public static ReadOnlySpan<byte> Planes(LabelledImages images, int index) => images.Image(index);
}
