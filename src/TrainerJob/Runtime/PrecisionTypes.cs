using WrnCloud.Jobs;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>The tensors' type of a resolved precision.</summary>
internal static class PrecisionTypes
{
    /// <summary>The type that convolutions compute in.</summary>
    public static ScalarType ToScalarType(this Precision precision) => precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
}
