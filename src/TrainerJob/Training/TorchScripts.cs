using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

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

        """;

    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Source));

    /// <summary>One SGD step over every parameter in one kernel; parameters, gradients and momenta lie alike in memory.</summary>
    public static void FusedSgd(Tensor[] parameters, Tensor[] gradients, Tensor[] momenta, double weightDecay, double momentum, double rate, bool nesterov) =>
        Unit.Value.invoke("fused_sgd", parameters, gradients, momenta, weightDecay, momentum, rate, nesterov);
}
