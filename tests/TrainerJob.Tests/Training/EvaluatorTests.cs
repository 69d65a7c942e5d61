using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Training;

public sealed class EvaluatorTests
{
    [Fact]
    public void Evaluate_ClassifierThatAlwaysSaysTheSame_CountsItsHits()
    {
        var images = Samples.Images(301, 7, 1);
        using var network = new WideResNet(Samples.Spec("WRN-10-1"), 7, 0, 1);
        using (no_grad())
        {
            network.Classifier.Weight.zero_();
            network.Classifier.Bias.copy_(tensor([0f, 0f, 9f, 8f, 7f, 6f, 5f]));
        }

        network.train();
        var result = new Evaluator(images, Samples.Preprocessor).Evaluate(network, ScalarType.Float32, CPU, CancellationToken.None);

        Assert.Equal(43 / 301.0, result.Top1, 12);
        Assert.Equal(5 * 43 / 301.0, result.Top5, 12);
        for (var label = 0; label < 7; label++) Assert.Equal(43, result.Confusion[(label * 7) + 2]);
        Assert.Equal(301, result.Confusion.Sum());
        var log = Math.Log(new[] { 0, 0, 9, 8, 7, 6, 5 }.Sum(l => Math.Exp(l)));
        Assert.Equal(log - (35 / 7.0), result.Loss, 1e-5);
        Assert.True(network.training);
    }

    [Fact]
    public void Evaluate_Cancelled_EndsAndRestoresTheMode()
    {
        using var network = new WideResNet(Samples.Spec("WRN-10-1"), 3, 0, 1);
        network.train();
        var evaluator = new Evaluator(Samples.Images(10, 3, 1), Samples.Preprocessor);

        Assert.Throws<OperationCanceledException>(
            () => evaluator.Evaluate(network, ScalarType.Float32, CPU, new CancellationToken(true)));
        Assert.True(network.training);
    }
}
