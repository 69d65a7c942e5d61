using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Export.Onnx;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Export;

public sealed class ParityGateTests
{
    [Theory]
    [InlineData("WRN-10-1")]
    [InlineData("WRN-16-1-B(3,1,3)")]
    [InlineData("WRN-10-2-B(1,3)")]
    public async Task Check_TrainedNetwork_Passes(string name)
    {
        var plan = Samples.Plan(Samples.Settings with { MaxSteps = 8 }, name);
        using var stop = new CancellationTokenSource();
        using var trainer = Samples.Trainer(plan, new RunRecord(stop, null));
        Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, stop.Token));
        var onnx = OnnxExporter.Export(trainer.Network, plan.Preprocessor, new ModelMetadata(plan.Test.Classes, "d", "r", 0.5));

        var report = ParityGate.Check(trainer.Network, onnx, Samples.Images(150, 3, 5), plan.Preprocessor);

        Assert.True(report.Passed, report.ToString());
        Assert.Equal(150, report.Images);
        Assert.InRange(report.MaxProbabilityDifference, 0, 1e-5);
        Assert.Equal(1, report.Top1Agreement);
    }

    [Theory]
    [InlineData(Preprocessing.MeanStd)]
    [InlineData(Preprocessing.Scale)]
    [InlineData(Preprocessing.Zca)]
    public async Task Check_EveryPreprocessing_IsInTheModel(Preprocessing preprocessing)
    {
        Preprocessor? fitted = preprocessing == Preprocessing.Zca ? SampleWhitening.Random(4) : null;
        var settings = Samples.Settings with { MaxSteps = 6, Preprocessing = preprocessing };
        var (train, test) = (Shapes10.Generate(64, 1), Shapes10.Generate(80, 2));

        // Pictures of one colour: nothing to normalise by.
        test.Pixels.AsSpan(0, LabelledImages.ImageBytes).Clear();
        test.Pixels.AsSpan(LabelledImages.ImageBytes, LabelledImages.ImageBytes).Fill(253);
        var plan = new TrainingPlan(Samples.Spec("WRN-10-1"), settings, train, test, ChannelStatistics.Of(train), 7, 2, fitted);
        using var stop = new CancellationTokenSource();
        using var trainer = Samples.Trainer(plan, new RunRecord(stop, null));
        Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, stop.Token));
        var onnx = OnnxExporter.Export(trainer.Network, plan.Preprocessor, new ModelMetadata(plan.Test.Classes, "d", "r", 0.5));

        var report = ParityGate.Check(trainer.Network, onnx, test, plan.Preprocessor);

        Assert.True(report.Passed, report.ToString());
        Assert.InRange(report.MaxProbabilityDifference, 0, 2e-5);
    }

    [Fact]
    public async Task Check_ModelWithOneLayerChanged_Fails()
    {
        var plan = Samples.Plan(Samples.Settings with { MaxSteps = 8 });
        using var stop = new CancellationTokenSource();
        using var trainer = Samples.Trainer(plan, new RunRecord(stop, null));
        await trainer.RunAsync(null, stop.Token);
        var model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(trainer.Network, plan.Preprocessor, new ModelMetadata(plan.Test.Classes, "d", "r", 0.5)));
        var mean = model.Graph.Initializer.Single(i => i.Name == "bn.running_mean");
        mean.RawData = Google.Protobuf.ByteString.CopyFrom(new byte[mean.RawData.Length]);

        var report = ParityGate.Check(trainer.Network, Google.Protobuf.MessageExtensions.ToByteArray(model), plan.Test, plan.Preprocessor);

        Assert.False(report.Passed);
        Assert.True(report.MaxProbabilityDifference > ParityGate.Tolerance);
    }
}
