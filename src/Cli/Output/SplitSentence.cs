using WrnCloud.Datasets;

namespace WrnCloud.Cli.Output;

/// <summary>A data set's splits in a few words.</summary>
internal static class SplitSentence
{
    /// <summary>Such as "1,440 training, 180 validation, 180 test pictures of 6 classes".</summary>
    public static string Of(DatasetSizes images, int classes) =>
        $"{images.Train:N0} training, {(images.Validation > 0 ? $"{images.Validation:N0} validation, " : "")}"
            + $"{images.Test:N0} test pictures of {classes:N0} classes";
}
