namespace WrnCloud.PhotosBench;

/// <summary>How features are computed.</summary>
internal enum FeatureWay
{
    /// <summary>Ours in float32, images in memory.</summary>
    Ours,

    /// <summary>ONNX Runtime on the file that the weights are from, in the same batches.</summary>
    OnnxRuntime,

    /// <summary>Ours in the precision of a job here, from JPEG files.</summary>
    OursDecoding,
}
