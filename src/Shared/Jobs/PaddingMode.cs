namespace WrnCloud.Jobs;

/// <summary>How the padding of a random crop is filled.</summary>
public enum PaddingMode
{
    /// <summary>The image mirrored at its edge, the edge itself not repeated.</summary>
    Reflection,

    /// <summary>Zeros, after normalisation.</summary>
    Zero,
}
