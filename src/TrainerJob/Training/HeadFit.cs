using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Multinomial logistic regression: the mean cross entropy plus <c>penalty/2</c> times the squared weights, the bias free.
/// The objective is convex, so that there is one answer whatever the start.
/// Each step goes by the inverse of a matrix that bounds the Hessian everywhere (Böhning, Ann. Inst. Statist. Math. 44, 1992),
/// so that none overshoots; Nesterov's momentum with restarts (arXiv 1204.3982) makes them few.
/// </summary>
internal sealed class HeadFit
{
    /// <summary>A fit whose result is kept ends when a step would lower the objective by less than this.</summary>
    public const double Converged = 1e-10;

    /// <summary>The same where fits are only compared.</summary>
    public const double Comparable = 1e-7;

    private const int MaxIterations = 1_000;

    // The bias has no penalty; features that are all alike would leave nothing to invert.
    private const double Ridge = 1e-6;

    private readonly Tensor _inputs;
    private readonly Tensor _targets;
    private readonly Tensor _bound;
    private readonly Tensor? _weights;

    /// <param name="features">N×D float32, of one scale.</param>
    /// <param name="labels">N int64.</param>
    /// <param name="classes">C.</param>
    /// <param name="classWeights">C weights of the images by their class, 1 on the average; null for equal ones.</param>
    public HeadFit(Tensor features, Tensor labels, int classes, float[]? classWeights = null)
    {
        Count = features.shape[0];

        // The bias is the weight of a feature that is always 1.
        _inputs = cat([features, ones(Count, 1)], 1);
        _targets = nn.functional.one_hot(labels, classes).to(ScalarType.Float32);
        _weights = classWeights is null ? null : tensor(classWeights).index_select(0, labels).unsqueeze(1);
        _bound = (_weights is null ? _inputs : _inputs * _weights).t().mm(_inputs) / (2 * Count);
    }

    /// <summary>N.</summary>
    public long Count { get; }

    /// <summary>Iterations of the last fit.</summary>
    public int Iterations { get; private set; }

    /// <summary>Fits the weights, C×(D+1), the bias in the last column.</summary>
    /// <param name="penalty">Of the weights, above 0.</param>
    /// <param name="start">Weights to begin with, such as those of a neighbouring penalty; null for zeros.</param>
    /// <param name="tolerance"><see cref="Converged"/> or <see cref="Comparable"/>.</param>
    /// <param name="cancel">Ends the fit.</param>
    public Tensor Fit(double penalty, Tensor? start, double tolerance, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var inputs = _inputs.shape[1];
        var penalties = full(1, inputs, (float)penalty);
        penalties.select(1, inputs - 1).zero_();
        var metric = linalg.inv(_bound + diag(penalties.squeeze(0) + Ridge));
        var weights = start?.clone() ?? zeros(_targets.shape[1], inputs);
        var (ahead, momentum) = (weights, 1.0);
        for (Iterations = 1; Iterations <= MaxIterations; Iterations++)
        {
            cancel.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var errors = _inputs.mm(ahead.t()).softmax(1) - _targets;
            if (_weights is not null) errors *= _weights;
            var gradient = (errors.t().mm(_inputs) / Count) + (ahead * penalties);
            var descent = gradient.mm(metric);
            var next = ahead - descent;
            var step = next - weights;

            // Downhill no more: the momentum is forgotten.
            if ((gradient * step).sum().item<float>() > 0) momentum = 1;
            var following = (1 + Math.Sqrt(1 + (4 * momentum * momentum))) / 2;
            var isDone = (gradient * descent).sum().item<float>() < 2 * tolerance;
            ahead = (next + ((momentum - 1) / following * step)).MoveToOuterDisposeScope();
            weights = next.MoveToOuterDisposeScope();
            momentum = following;
            if (isDone) break;
        }

        return weights.MoveToOuterDisposeScope();
    }

    /// <summary>Logits of features N×D by fitted weights: N×C.</summary>
    public static Tensor Logits(Tensor features, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var inputs = weights.shape[1] - 1;
        return (features.mm(weights.slice(1, 0, inputs, 1).t()) + weights.select(1, inputs)).MoveToOuterDisposeScope();
    }
}
