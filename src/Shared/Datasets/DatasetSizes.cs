using System.Text.Json.Serialization;

namespace WrnCloud.Datasets;

/// <summary>Images per split.</summary>
/// <param name="Train">Images of the training split, at least 1.</param>
/// <param name="Test">Images of the test split, at least 1.</param>
public sealed record DatasetSizes(int Train, int Test)
{
    /// <summary>Images of the validation split; 0, and left out, where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Validation { get; init; }

    /// <summary>The images of one split.</summary>
    public int Of(DatasetSplit split) => split switch
    {
        DatasetSplit.Train => Train,
        DatasetSplit.Validation => Validation,
        _ => Test,
    };
}
