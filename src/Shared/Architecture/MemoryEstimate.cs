namespace WrnCloud.Architecture;

/// <summary>
/// What a network needs in memory beyond the process without it, in bytes, derived from its layers.
/// Against the peak that <c>bench/memory</c> measures on a CPU the total is off by −17 to +13 %
/// for WRN-16-2 and 16-4 (batches of 32 and 128, both precisions), and by +5 to +48 % for WRN-28-10: at batch 128 it asks for more than is used.
/// <see cref="Slack"/> was fitted on the smaller two. The estimate for inference is not measured.
/// </summary>
/// <param name="Parameters">Weights and running statistics in float32, with the copies in the activations' type that the backward pass holds.</param>
/// <param name="Gradients">One float32 value a parameter.</param>
/// <param name="Optimizer">Momentum, and the moving average of the weights where one is kept.</param>
/// <param name="Activations">What the forward pass leaves for the backward pass; for inference the largest tensors that exist at one time.</param>
/// <param name="Slack">What the allocator holds between tensors: it is tuned to keep memory rather than to give it back.</param>
public sealed record MemoryEstimate(long Parameters, long Gradients, long Optimizer, long Activations, long Slack)
{
    // Measured: 0.75 to 1.4 bytes for each byte of activations, 1.1 in the middle.
    private const double SlackShare = 1.1;
    private const int Float32 = 4;
    private const int IndexBytes = 8;

    /// <summary>The sum.</summary>
    public long Total => Parameters + Gradients + Optimizer + Activations + Slack;

    /// <summary>Training by SGD with momentum.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="batch">Images per step.</param>
    /// <param name="activationBytes">Bytes of an activation: 4 for float32, 2 for bfloat16.</param>
    /// <param name="dropout">Dropout is on: its masks are kept.</param>
    /// <param name="average">A moving average of the weights is kept.</param>
    /// <param name="isFrozen">Which layers are not trained; null for none. They come first, so that nothing is kept of them.</param>
    public static MemoryEstimate ForTraining(
        NetworkSpec spec,
        int classes,
        int batch,
        int activationBytes,
        bool dropout = false,
        bool average = false,
        Func<NetworkLayer, bool>? isFrozen = null)
    {
        var parameters = spec.ParameterCount(classes) * Float32;
        var trained = spec.Layers(classes).Where(l => isFrozen?.Invoke(l) != true).Sum(l => l.Parameters) * Float32;
        long kept = Images(spec), indices = 0, largest = 0;
        foreach (var layer in spec.Layers(classes).Where(l => l.Kind != LayerKind.Dropout || dropout))
        {
            largest = Math.Max(largest, layer.OutputElements);
            if (!layer.IsKept || isFrozen?.Invoke(layer) == true) continue;

            // Dropout keeps its mask and what it lets through; a maximum keeps where it was found.
            kept += layer.Kind == LayerKind.Dropout ? 2 * layer.OutputElements : layer.OutputElements;
            if (layer.Kind == LayerKind.MaxPool) indices += layer.OutputElements;
        }

        var activations = batch * (((kept + (2 * largest)) * activationBytes) + (indices * IndexBytes));
        return new MemoryEstimate(
            Held(spec, classes, activationBytes), trained, average ? trained + parameters : trained, activations, (long)(SlackShare * activations));
    }

    /// <summary>The forward pass alone.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="batch">Images at a time.</param>
    /// <param name="activationBytes">Bytes of an activation: 4 for float32, 2 for bfloat16.</param>
    public static MemoryEstimate ForInference(NetworkSpec spec, int classes, int batch, int activationBytes)
    {
        // At the worst place a block's input, what its branch has so far and what comes out of the next layer exist together.
        var largest = spec.Layers(classes).Where(l => l.Kind != LayerKind.Dropout).Max(l => l.OutputElements);
        return new MemoryEstimate(Held(spec, classes, Float32), 0, 0, batch * (Images(spec) + (3 * largest)) * activationBytes, 0);
    }

    private static long Images(NetworkSpec spec) => 3L * spec.ImageSize * spec.ImageSize;

    private static long Held(NetworkSpec spec, int classes, int activationBytes)
    {
        var parameters = spec.ParameterCount(classes);
        var statistics = spec.Layers(classes).Where(l => l.Kind == LayerKind.Normalisation).Sum(l => l.Parameters);
        return ((parameters + statistics) * Float32) + (activationBytes == Float32 ? 0 : parameters * activationBytes);
    }
}
