using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// A linear classifier fitted to features, its penalty chosen by cross-validation. Its tensors belong to the caller's dispose scope.
/// </summary>
/// <param name="Weights">
/// C×(D+1), the bias in the last column, of features of which <paramref name="Mean"/> was taken
/// and that were divided by <paramref name="Deviation"/>.
/// </param>
/// <param name="Mean">1×D.</param>
/// <param name="Deviation">One for all features, so that one penalty suits them.</param>
/// <param name="Penalty">The penalty.</param>
/// <param name="Iterations">Iterations of the last fit.</param>
/// <param name="TrainLoss">Mean cross entropy on the images that it was fitted to.</param>
/// <param name="Judged">N×C logits: what each image got from a fit that had not seen it.</param>
internal sealed record FittedHead(Tensor Weights, Tensor Mean, double Deviation, double Penalty, int Iterations, double TrainLoss, float[] Judged)
{
    // Ten parts of a few hundred images leave enough to fit to; of many images fewer parts are as good.
    private const int FewImages = 1_000;
    private const int FoldsOfFew = 10;
    private const int FoldsOfMany = 3;

    /// <summary>Fits the classifier.</summary>
    /// <param name="seen">The features.</param>
    /// <param name="classes">C.</param>
    /// <param name="classWeights">Weights of the classes in the loss; null for equal ones.</param>
    /// <param name="seed">Deals the images into the parts of the cross-validation.</param>
    /// <param name="cancel">Ends it.</param>
    public static FittedHead Of(FeatureSet seen, int classes, float[]? classWeights, long seed, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var mean = seen.Features.mean([0], keepdim: true);
        var deviation = Math.Max(1e-6, (seen.Features - mean).square().mean().sqrt().item<float>());
        var (features, basis) = Reduced((seen.Features - mean) / deviation);
        var labels = tensor(seen.Labels);
        var choice = HeadChoice.Of(features, labels, classes, classWeights, seen.Labels.Length <= FewImages ? FoldsOfFew : FoldsOfMany, seed, cancel);
        var fit = new HeadFit(features, labels, classes, classWeights);
        var reduced = fit.Fit(choice.Penalty, null, HeadFit.Converged, cancel);
        var trainLoss = nn.functional.cross_entropy(HeadFit.Logits(features, reduced), labels).item<float>();
        var weights = basis is null ? reduced : Whole(reduced, basis);
        return new FittedHead(
            weights.MoveToOuterDisposeScope(),
            mean.MoveToOuterDisposeScope(),
            deviation,
            choice.Penalty,
            fit.Iterations,
            trainLoss,
            choice.Logits.data<float>().ToArray());
    }

    // The penalised weights lie in what the images span, whatever the features that they are fitted to:
    // of fewer images than features, the fit has as many unknowns a class as there are images.
    // A rotation changes neither the penalty nor the answer.
    private static (Tensor Features, Tensor? Basis) Reduced(Tensor features)
    {
        if (features.shape[0] >= features.shape[1]) return (features, null);
        var (basis, _) = linalg.qr(features.t());
        return (features.mm(basis), basis);
    }

    private static Tensor Whole(Tensor reduced, Tensor basis)
    {
        var inputs = basis.shape[1];
        return cat([reduced.slice(1, 0, inputs, 1).mm(basis.t()), reduced.slice(1, inputs, inputs + 1, 1)], 1);
    }

    /// <summary>Sets the classifier's values: W·(x − mean) / deviation + b, as one product of the features as they are.</summary>
    public void CopyTo(Classifier classifier)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var inputs = Weights.shape[1] - 1;
        var scaled = Weights.slice(1, 0, inputs, 1) / Deviation;
        classifier.Weight.copy_(scaled);
        classifier.Bias.copy_(Weights.select(1, inputs) - scaled.mm(Mean.t()).squeeze(1));
    }
}
