using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>
/// Operations of libtorch that TorchSharp does not wrap, reached through TorchScript.
/// The source is a constant: a script that does not compile ends the process, so it never holds anything that came in from outside.
/// </summary>
/// <remarks>
/// Numbers go in as tensors of one float64: for a plain number TorchSharp makes a native scalar that nothing keeps alive during the call,
/// and a collection at the wrong moment frees it.
/// </remarks>
internal static class TorchScripts
{
    private const string Source =
        """
        def fused_sgd(params: List[Tensor], grads: List[Tensor], momenta: List[Tensor], weight_decay: Tensor, momentum: Tensor, lr: Tensor):
            torch._fused_sgd_(
                params, grads, momenta, weight_decay=float(weight_decay), momentum=float(momentum), lr=float(lr),
                dampening=0.0, nesterov=False, maximize=False, is_first_step=False)
            return 0

        def fused_sgd_nesterov(params: List[Tensor], grads: List[Tensor], momenta: List[Tensor], weight_decay: Tensor, momentum: Tensor, lr: Tensor):
            torch._fused_sgd_(
                params, grads, momenta, weight_decay=float(weight_decay), momentum=float(momentum), lr=float(lr),
                dampening=0.0, nesterov=True, maximize=False, is_first_step=False)
            return 0

        def lerp_all(targets: List[Tensor], sources: List[Tensor], weight: Tensor):
            torch._foreach_lerp_(targets, sources, float(weight))
            return 0

        def norm_of_all(tensors: List[Tensor]):
            return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(tensors, 2.0)), 2.0)

        def scale_all(tensors: List[Tensor], factor: Tensor):
            torch._foreach_mul_(tensors, factor)
            return 0

        def batch_norm_training(x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, momentum: Tensor, epsilon: Tensor):
            return torch.batch_norm(x, weight, bias, mean, variance, True, float(momentum), float(epsilon), True)

        def batch_norm_evaluation(x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, momentum: Tensor, epsilon: Tensor):
            return torch.batch_norm(x, weight, bias, mean, variance, False, float(momentum), float(epsilon), True)

        """;

    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Source));

    /// <summary>One SGD step over every parameter in one kernel; parameters, gradients and momenta lie alike in memory.</summary>
    public static void FusedSgd(
        Tensor[] parameters, Tensor[] gradients, Tensor[] momenta, double weightDecay, double momentum, double rate, bool nesterov)
    {
        using Tensor decay = Number(weightDecay), inertia = Number(momentum), lr = Number(rate);
        Invoke(nesterov ? "fused_sgd_nesterov" : "fused_sgd", parameters, gradients, momenta, decay, inertia, lr);
    }

    /// <summary>target += weight · (source − target) for every pair.</summary>
    public static void LerpAll(Tensor[] targets, Tensor[] sources, double weight)
    {
        using var number = Number(weight);
        Invoke("lerp_all", targets, sources, number);
    }

    /// <summary>The L2 norm of all elements of all tensors, a scalar on their device.</summary>
    public static Tensor NormOfAll(Tensor[] tensors) => (Tensor)Invoke("norm_of_all", [tensors]);

    /// <summary>Multiplies every tensor by a scalar tensor.</summary>
    public static void ScaleAll(Tensor[] tensors, Tensor factor) => Invoke("scale_all", tensors, factor);

    /// <summary>Batch normalisation that may use cuDNN; TorchSharp's own wrapper keeps cuDNN out.</summary>
    public static Tensor BatchNorm(Tensor x, Tensor weight, Tensor bias, Tensor mean, Tensor variance, bool training, double momentum, double epsilon)
    {
        using Tensor share = Number(momentum), small = Number(epsilon);
        return (Tensor)Invoke(training ? "batch_norm_training" : "batch_norm_evaluation", x, weight, bias, mean, variance, share, small);
    }

    private static Tensor Number(double value) => tensor(value, ScalarType.Float64);

    private static object Invoke(string function, params object[] arguments)
    {
        var result = Unit.Value.invoke(function, arguments);
        GC.KeepAlive(arguments);
        return result;
    }
}
