namespace WrnCloud.Jobs;

/// <summary>What a random crop sees beyond the image's edge.</summary>
public enum PaddingMode
{
    /// <summary>The image mirrored at its edge, the edge itself not repeated.</summary>
    Reflection,

    /// <summary>Zeros, after normalisation.</summary>
    Zero,
}
