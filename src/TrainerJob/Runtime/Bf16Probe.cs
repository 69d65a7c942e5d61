using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>
/// Whether bfloat16 pays on this CPU. The instruction alone does not say so: where it runs at half the rate of a float32 multiply-add, and no AMX
/// beside it, bfloat16 convolutions are the slower ones.
/// </summary>
internal static class Bf16Probe
{
    private const int Rounds = 6;

    // Where bfloat16 pays it nearly halves the time; a smaller gain is within what a busy machine does to two measurements.
    private const double WorthwhileShare = 0.8;

    /// <summary>Times a convolution of the middle of WRN-16-2, forward and backward, in both types; the best of several rounds counts.</summary>
    public static bool IsFaster(TimeProvider clock)
    {
        var single = TimeSpan.MaxValue;
        var half = TimeSpan.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            single = Min(single, Time(ScalarType.Float32, clock));
            half = Min(half, Time(ScalarType.BFloat16, clock));
        }

        return half < WorthwhileShare * single;
    }

    private static TimeSpan Time(ScalarType type, TimeProvider clock)
    {
        using var scope = NewDisposeScope();
        var images = zeros(32, 16, 16, 64, dtype: type).permute(0, 3, 1, 2).requires_grad_();
        var weight = zeros(64, 3, 3, 64, dtype: type).permute(0, 3, 1, 2).requires_grad_();
        var started = clock.GetTimestamp();
        nn.functional.conv2d(images, weight, padding: [1, 1]).sum().backward();
        return clock.GetElapsedTime(started);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
