namespace WrnCloud.TrainingBench;

internal enum MeasureKind
{
    /// <summary>Training: a <see cref="Measurement"/>.</summary>
    Train,

    /// <summary>Matrix products in float32 and bfloat16, in floating-point operations a second.</summary>
    Gemm,

    /// <summary>The input pipeline without a network, in images a second.</summary>
    Input,

    /// <summary>
    /// Whitening for a set as large as CIFAR: the seconds of the fit and of whitening ahead, and then the input pipeline in images a second.
    /// </summary>
    Whitening,

    /// <summary>How long an epoch's checkpoint holds up training, in seconds, and the seconds of a step.</summary>
    Stall,

    /// <summary>The resident set and the managed heap after each tenth of the steps.</summary>
    Memory,
}
