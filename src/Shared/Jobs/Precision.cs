namespace WrnCloud.Jobs;

/// <summary>Arithmetic of the forward and backward passes; weights and optimizer state are float32 in every case.</summary>
public enum Precision
{
    /// <summary>
    /// bfloat16 where the device has instructions for it, else float32: decided at the first claim, recorded and part of the configuration hash.
    /// </summary>
    Auto,

    /// <summary>float32.</summary>
    Fp32,

    /// <summary>bfloat16 convolutions on float32 weights.</summary>
    Bf16,
}
