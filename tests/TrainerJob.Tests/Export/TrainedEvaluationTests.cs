using WrnCloud.Evaluation;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Onnx;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Export;

/// <summary>What the validation images decide about a published model.</summary>
public sealed class TrainedEvaluationTests(TrainedFixture trained) : IClassFixture<TrainedFixture>
{
    private static readonly string[] Classes = ["ants", "bees"];

    [Fact]
    public void Of_OverconfidentNetwork_IsCalibratedByItsValidationAlone()
    {
        // 9 of 10 validation answers are right at logits that claim 99.995 %; the test set's are as they are.
        var completed = new TrainingOutcome.Completed(1, 0, Judged(20, 10)) { Validation = Judged(40, 10) };

        var evaluation = TrainedEvaluation.Of(Classes, completed, crossValidated: true);

        Assert.InRange(evaluation.Temperature, 3, 6);
        Assert.Equal(0.1, evaluation.Test.CalibrationBefore.Error, 0.001);
        Assert.True(evaluation.Test.Calibration.Error < 0.03, $"{evaluation.Test.Calibration.Error}");
        Assert.Equal((0.9, 20, 40, true), (evaluation.Test.Top1, evaluation.Test.Images, evaluation.Validation!.Images, evaluation.CrossValidated));
        Assert.Equal(ConfidenceThreshold.Precisions, evaluation.Thresholds!.Select(t => t.Precision));
        Assert.Equal(0, evaluation.Thresholds![0].UnsureBelow);
        Assert.Equal(2, evaluation.Pictures.Count(p => p.Answer != p.Truth));
    }

    [Fact]
    public void Of_NoValidation_LeavesTheProbabilitiesAlone()
    {
        var evaluation = TrainedEvaluation.Of(Classes, new TrainingOutcome.Completed(1, 0, Judged(20, 10)), crossValidated: false);

        Assert.Equal(1, evaluation.Temperature);
        Assert.Null(evaluation.Validation);
        Assert.Null(evaluation.Thresholds);
        Assert.Equal(evaluation.Test.CalibrationBefore.Error, evaluation.Test.Calibration.Error);
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(2.5)]
    public void Check_ModelWithATemperature_PassesByThatTemperatureAlone(double temperature)
    {
        var sample = trained.Sample;
        var (model, images) = (sample.Model, sample.Model.Plan.Test);
        var onnx = sample.Onnx(sample.Metadata() with { Temperature = temperature });

        var right = ParityGate.Check(model.Network, onnx, images, model.Plan.Preprocessor, TimeProvider.System, temperature: temperature);
        var wrong = ParityGate.Check(model.Network, onnx, images, model.Plan.Preprocessor, TimeProvider.System);

        Assert.True(right.Passed, right.ToString());
        Assert.False(wrong.Passed);
        Assert.Equal(model.Completed.Test.Top1, right.Top1);
    }

    [Fact]
    public void Signature_ModelWithDecisions_SaysWhatItsMetadataSay()
    {
        var sample = trained.Sample;
        var metadata = sample.Metadata() with { Temperature = 1.25, Thresholds = [new ConfidenceThreshold(0.95, 0.75, 0.9, 0.96)], Resize = 37 };

        var signature = OnnxExporter.Signature(sample.Model.Network, metadata);
        var properties = ModelProto.Parser.ParseFrom(sample.Onnx(metadata)).MetadataProps.ToDictionary(
            p => p.Key, p => p.Value, StringComparer.Ordinal);

        Assert.Equal((1.25, 0.75), (signature.Temperature, signature.UnsureBelow));
        Assert.Equal(("1.25", "0.75"), (properties["temperature"], properties["unsure_below"]));
        Assert.Equal((37, 32), (signature.Preprocessing!.Resize, signature.Preprocessing.Crop));
    }

    [Fact]
    public void Export_TemperatureOfOne_IsTheModelAsItWasBeforeThereWasOne()
    {
        var sample = trained.Sample;

        var graph = ModelProto.Parser.ParseFrom(sample.Onnx()).Graph;

        Assert.Equal(["Gemm", "Softmax"], graph.Node.TakeLast(2).Select(n => n.OpType));
        Assert.DoesNotContain(ModelProto.Parser.ParseFrom(sample.Onnx()).MetadataProps, p => p.Key is "temperature" or "unsure_below");
    }

    // Every tenth answer is wrong, and all are equally sure: logits 0 and 10.
    private static EvaluationResult Judged(int count, int every)
    {
        var logits = new float[2 * count];
        var labels = new long[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = i % 2;
            var said = i % every == 3 ? 1 - labels[i] : labels[i];
            logits[(2 * i) + said] = 10;
        }

        return EvaluationResult.Of(logits, labels, 2);
    }
}
