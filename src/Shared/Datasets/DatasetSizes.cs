namespace WrnCloud.Datasets;

/// <summary>Images per split.</summary>
/// <param name="Train">Images of the training split, at least 1.</param>
/// <param name="Test">Images of the test split, at least 1.</param>
public sealed record DatasetSizes(int Train, int Test)
{
    /// <summary>The images of one split.</summary>
    public int Of(DatasetSplit split) => split == DatasetSplit.Train ? Train : Test;
}
