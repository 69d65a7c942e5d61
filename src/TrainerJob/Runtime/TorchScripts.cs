using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>
/// Operations of libtorch that TorchSharp does not wrap, reached through TorchScript. The source is a constant: a script that does not compile ends the
/// process, so it never holds anything that came in from outside.
/// </summary>
internal static class TorchScripts
{
    private const string Source =
        """
        def fused_sgd(params: List[Tensor], grads: List[Tensor], momenta: List[Tensor], weight_decay: float, momentum: float, lr: float, nesterov: bool):
            torch._fused_sgd_(params, grads, momenta, weight_decay=weight_decay, momentum=momentum, lr=lr, dampening=0.0, nesterov=nesterov, maximize=False, is_first_step=False)
            return 0

        def lerp_all(targets: List[Tensor], sources: List[Tensor], weight: float):
            torch._foreach_lerp_(targets, sources, weight)
            return 0

        def norm_of_all(tensors: List[Tensor]):
            return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(tensors, 2.0)), 2.0)

        def scale_all(tensors: List[Tensor], factor: Tensor):
            torch._foreach_mul_(tensors, factor)
            return 0

        def batch_norm(x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, training: bool, momentum: float, epsilon: float):
            return torch.batch_norm(x, weight, bias, mean, variance, training, momentum, epsilon, True)

        """;

    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Source));

    /// <summary>One SGD step over every parameter in one kernel; parameters, gradients and momenta lie alike in memory.</summary>
    public static void FusedSgd(Tensor[] parameters, Tensor[] gradients, Tensor[] momenta, double weightDecay, double momentum, double rate, bool nesterov) =>
        Unit.Value.invoke("fused_sgd", parameters, gradients, momenta, weightDecay, momentum, rate, nesterov);

    /// <summary>target += weight · (source − target) for every pair.</summary>
    public static void LerpAll(Tensor[] targets, Tensor[] sources, double weight) => Unit.Value.invoke("lerp_all", targets, sources, weight);

    /// <summary>The L2 norm of all elements of all tensors, a scalar on their device.</summary>
    public static Tensor NormOfAll(Tensor[] tensors) => (Tensor)Unit.Value.invoke("norm_of_all", [tensors]);

    /// <summary>Multiplies every tensor by a scalar tensor.</summary>
    public static void ScaleAll(Tensor[] tensors, Tensor factor) => Unit.Value.invoke("scale_all", tensors, factor);

    /// <summary>Batch normalisation that may use cuDNN; TorchSharp's own wrapper keeps cuDNN out.</summary>
    public static Tensor BatchNorm(Tensor x, Tensor weight, Tensor bias, Tensor mean, Tensor variance, bool training, double momentum, double epsilon) =>
        (Tensor)Unit.Value.invoke("batch_norm", x, weight, bias, mean, variance, training, momentum, epsilon);
}
