namespace WrnCloud.Jobs;

/// <summary>
/// How much of a network keeps its starting weights, counted from the images on: each value includes those before it.
/// A frozen layer gets no gradient, no weight decay and no momentum,
/// and its batch norms compute with their running statistics, as in evaluation.
/// </summary>
public enum Freeze
{
    /// <summary>Everything is trained.</summary>
    None,

    /// <summary>The layers before the first group of blocks.</summary>
    Stem,

    /// <summary>Up to the end of the first group.</summary>
    Group1,

    /// <summary>Up to the end of the second group.</summary>
    Group2,

    /// <summary>Up to the end of the third group.</summary>
    Group3,

    /// <summary>Everything but the classifier.</summary>
    Backbone,
}
