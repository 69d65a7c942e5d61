namespace WrnCloud.Jobs;

/// <summary>Preprocessing of an image's bytes before the first convolution. Part of the exported model: a scorer sends bytes.</summary>
public enum Preprocessing
{
    /// <summary>
    /// Divided by 255, then the training set's mean taken off and its standard deviation divided by, channel by channel
    /// (the paper's Tables 5, 6 and 9).
    /// </summary>
    MeanStd,

    /// <summary>Divided by 255 and nothing else (the paper's SVHN).</summary>
    Scale,

    /// <summary>Global contrast normalisation, then ZCA whitening by the training set's covariance (the paper's Tables 2 to 4).</summary>
    Zca,
}
