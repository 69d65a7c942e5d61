namespace WrnCloud.Architecture;

/// <summary>The kinds of layers.</summary>
public enum LayerKind
{
    /// <summary>A convolution without bias.</summary>
    Convolution,

    /// <summary>Batch normalisation, with the ReLU behind it where there is one.</summary>
    Normalisation,

    /// <summary>Dropout, where the settings ask for it.</summary>
    Dropout,

    /// <summary>The maximum of each 3×3 window.</summary>
    MaxPool,

    /// <summary>Residual branch plus shortcut, with the ReLU behind it where there is one.</summary>
    Sum,

    /// <summary>The mean over all pixels, then a linear layer with bias.</summary>
    Classifier,
}
