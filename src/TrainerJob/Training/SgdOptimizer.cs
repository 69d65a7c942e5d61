using TorchSharp.Modules;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// SGD with (Nesterov) momentum, dampening 0, and weight decay on every parameter that is not frozen.
/// Its state is one momentum per parameter, zero at first.
/// </summary>
internal sealed class SgdOptimizer : IDisposable
{
    // As PyTorch's clip_grad_norm_ has it.
    private const double ClipEpsilon = 1e-6;

    private readonly TrainingSettings _settings;
    private readonly Parameter[] _parameters;
    private readonly Tensor[] _momenta;

    public SgdOptimizer(IEnumerable<(string Name, Parameter Parameter)> parameters, TrainingSettings settings)
    {
        _settings = settings;
        var named = parameters.Where(p => p.Parameter.requires_grad).ToList();
        _parameters = [.. named.Select(p => p.Parameter)];
        _momenta = [.. named.Select(p => p.Parameter.detach().zeros_like().DetachFromDisposeScope())];
        NamedMomenta = [.. named.Select((p, i) => (p.Name, _momenta[i]))];
    }

    /// <summary>The momentum buffers under their parameters' names.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> NamedMomenta { get; }

    /// <summary>Sets every momentum to zero.</summary>
    public void ResetMomentum()
    {
        foreach (var momentum in _momenta) momentum.zero_();
    }

    /// <summary>Clips the gradients if the settings ask for it, applies and then drops them.</summary>
    public void Step(double rate)
    {
        var gradients = new Tensor[_parameters.Length];
        for (var i = 0; i < gradients.Length; i++)
            gradients[i] = _parameters[i].grad ?? throw new InvalidOperationException("A parameter has no gradient.");
        using (no_grad())
        {
            if (_settings.GradientClip > 0) Clip(gradients);

            // Without momentum the kernel takes no buffers; they stay zero.
            var buffers = _settings.Momentum > 0 ? _momenta : [];
            TorchScripts.FusedSgd(
                _parameters,
                gradients,
                buffers,
                _settings.WeightDecay,
                _settings.Momentum,
                rate,
                _settings.Nesterov && _settings.Momentum > 0);
        }

        foreach (var parameter in _parameters) parameter.grad = null;
    }

    // Scaled on the device, whatever the norm is: reading it back would wait for the GPU in every step.
    private void Clip(Tensor[] gradients)
    {
        using var norm = TorchScripts.NormOfAll(gradients);
        using var ratio = _settings.GradientClip / (norm + ClipEpsilon);
        using var factor = ratio.clamp_max(1);
        TorchScripts.ScaleAll(gradients, factor);
    }

    public void Dispose()
    {
        foreach (var momentum in _momenta) momentum.Dispose();
    }
}
