using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Training;

public sealed class WeightAverageTests
{
    [Fact]
    public void Update_Steps_FollowTheFormula()
    {
        using var network = ImageClassifier.Create(Samples.Spec("WRN-10-1"), 3, 0, 1);
        using var average = new WeightAverage(network, 0.5);
        var weight = network.NamedState().First().Value;
        var averaged = average.Network.NamedState().First().Value;
        var expected = weight.flatten()[0].item<float>();
        for (var step = 0; step < 20; step++)
        {
            using (no_grad()) weight.add_(1);
            average.Update(step);
            var decay = Math.Min(0.5, (1.0 + step) / (10.0 + step));
            expected = (float)((decay * expected) + ((1 - decay) * weight.flatten()[0].item<float>()));
        }

        Assert.Equal(expected, averaged.flatten()[0].item<float>(), 1e-4f);
    }

    [Fact]
    public async Task RunAsync_WithAverage_EvaluatesIt()
    {
        var plan = Samples.Plan(Samples.Settings with { EmaDecay = 0.9, Epochs = 2 });
        using var stop = new CancellationTokenSource();
        var record = new RunRecord(stop, null);
        using var trainer = Samples.Trainer(plan, record);

        await trainer.RunAsync(null, stop.Token);

        var files = record.Last.Files;
        Assert.Equal(["ema.safetensors", "model.safetensors", "optimizer.safetensors"], files.Keys.Order());
        var (name, value) = trainer.Network.NamedState().First();
        Assert.Equal(value.contiguous().bytes.ToArray(), files["ema.safetensors"].Tensors[name].Data.ToArray());
        Assert.NotEqual(files["model.safetensors"].Tensors[name].Data.ToArray(), files["ema.safetensors"].Tensors[name].Data.ToArray());
        var evaluated = new Evaluator(plan.Test, plan.Preprocessor).Evaluate(trainer.Network, ScalarType.Float32, CPU, CancellationToken.None);
        Assert.Equal(evaluated.Loss, record.Epochs[^1].Evaluation.Loss);
    }

    [Fact]
    public async Task RunAsync_ResumedWithoutTheAverage_IsRefused()
    {
        var without = await Samples.RunAsync(Samples.Plan(Samples.Settings with { MaxSteps = 2 }));
        var plan = Samples.Plan(Samples.Settings with { MaxSteps = 2, EmaDecay = 0.9 });

        await Assert.ThrowsAsync<TrainerJob.Checkpoints.CheckpointException>(() => Samples.RunAsync(plan, without.Last));
    }
}
