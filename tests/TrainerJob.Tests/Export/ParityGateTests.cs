using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Onnx;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Export;

public sealed class ParityGateTests(TrainedFixture trained) : IClassFixture<TrainedFixture>
{
    [Theory]
    [InlineData("WRN-10-1")]
    [InlineData("WRN-16-1-B(3,1,3)")]
    [InlineData("WRN-10-2-B(1,3)")]
    public async Task Check_TrainedNetwork_Passes(string name)
    {
        using var sample = await TrainedSample.CreateAsync(name);

        var report = ParityGate.Check(
            sample.Model.Network, sample.Onnx(), Samples.Images(150, 3, 5), sample.Model.Plan.Preprocessor, TimeProvider.System);

        Assert.True(report.Passed, report.ToString());
        Assert.Equal((150, false), (report.Images, report.Sampled));
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
        using var sample = await TrainedSample.CreateAsync(
            new TrainingPlan(Samples.Spec("WRN-10-1"), settings, train, test, ChannelStatistics.Of(train), 7, 2, fitted));

        var report = ParityGate.Check(sample.Model.Network, sample.Onnx(), test, sample.Model.Plan.Preprocessor, TimeProvider.System);

        Assert.True(report.Passed, report.ToString());
        Assert.InRange(report.MaxProbabilityDifference, 0, 2e-5);
    }

    [Fact]
    public void Check_KnownLogits_AreTakenForTheNetworks()
    {
        var sample = trained.Sample;
        var (images, preprocessor) = (Samples.Images(150, 3, 5), sample.Model.Plan.Preprocessor);
        var evaluated = new Evaluator(images, preprocessor).Evaluate(sample.Model.Network, ScalarType.Float32, CPU, CancellationToken.None);
        var shifted = evaluated.Logits!.Value.ToArray();
        shifted[3 * 149] += 1;

        var computed = ParityGate.Check(sample.Model.Network, sample.Onnx(), images, preprocessor, TimeProvider.System);
        var known = ParityGate.Check(sample.Model.Network, sample.Onnx(), images, preprocessor, TimeProvider.System, evaluated.Logits);
        var wrong = ParityGate.Check(sample.Model.Network, sample.Onnx(), images, preprocessor, TimeProvider.System, shifted);

        Assert.True(known.Passed);
        Assert.Equal((computed.Images, computed.Top1), (known.Images, known.Top1));
        Assert.False(wrong.Passed);
    }

    [Fact]
    public void Check_TestSet_CountsTheSameAccuracyAsTheEvaluation()
    {
        var sample = trained.Sample;

        var report = ParityGate.Check(
            sample.Model.Network, sample.Onnx(), sample.Model.Plan.Test, sample.Model.Plan.Preprocessor, TimeProvider.System);

        Assert.Equal(sample.Model.Completed.Test.Top1, report.Top1);
    }

    [Fact]
    public void Check_ModelWithOneLayerChanged_Fails()
    {
        var sample = trained.Sample;
        var model = ModelProto.Parser.ParseFrom(sample.Onnx());
        var mean = model.Graph.Initializer.Single(i => i.Name == "bn.running_mean");
        mean.RawData = ByteString.CopyFrom(new byte[mean.RawData.Length]);

        var report = ParityGate.Check(
            sample.Model.Network, model.ToByteArray(), sample.Model.Plan.Test, sample.Model.Plan.Preprocessor, TimeProvider.System);

        Assert.False(report.Passed);
        Assert.True(report.MaxProbabilityDifference > ParityGate.Tolerance);
    }

    [Fact]
    public async Task Check_NetworkThatComputesNaN_FailsWithAResultThatCanBeStored()
    {
        using var sample = await TrainedSample.CreateAsync();
        sample.Fill("bn.weight", float.NaN);

        var report = ParityGate.Check(
            sample.Model.Network, sample.Onnx(), sample.Model.Plan.Test, sample.Model.Plan.Preprocessor, TimeProvider.System);

        Assert.False(report.Passed);
        Assert.Equal(double.MaxValue, report.ToResult().MaxProbabilityDifference);
    }

    [Fact]
    public void Check_SetThatWouldTakeTooLong_ComparesASampleAndSaysSo()
    {
        var sample = trained.Sample;
        var images = Samples.Images(2600, 3, 5);

        // Each batch takes 5 s by this clock: 41 batches are more than three minutes, 33 are not.
        var slow = ParityGate.Check(sample.Model.Network, sample.Onnx(), images, sample.Model.Plan.Preprocessor, Slow());
        var whole = ParityGate.Check(sample.Model.Network, sample.Onnx(), Samples.Images(2100, 3, 5), sample.Model.Plan.Preprocessor, Slow());

        Assert.Equal((2000, true, true), (slow.Images, slow.Sampled, slow.Passed));
        Assert.Equal((2100, false, true), (whole.Images, whole.Sampled, whole.Passed));

        static FakeTimeProvider Slow() => new() { AutoAdvanceAmount = TimeSpan.FromSeconds(5) };
    }
}
