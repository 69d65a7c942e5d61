using TorchSharp;
using WrnCloud.Evaluation;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>A small network after a few steps, with the record of the job that would have trained it.</summary>
internal sealed class TrainedSample : IDisposable
{
    private readonly Trainer _trainer;

    private TrainedSample(Trainer trainer, TrainingPlan plan, TrainingOutcome.Completed completed)
    {
        _trainer = trainer;
        Model = new TrainedModel(trainer.Network, plan, completed, trainer.Precision, trainer.Platform);
        var resolved = new ResolvedTraining(
            plan.Spec.Name,
            "net",
            "colours",
            new string('a', 64),
            plan.Train.Classes.Count,
            "quick",
            plan.Settings,
            plan.Seed,
            null,
            plan.Spec.ParameterCount(plan.Train.Classes.Count));
        Job = new Job
        {
            Id = "0123456789abcdefghjk",
            Owner = "somebody",
            State = JobState.Running,
            Attempt = 2,
            Request = new TrainingRequest { Model = resolved.Model, Dataset = resolved.Dataset, Recipe = resolved.Recipe },
            Resolved = resolved,
            ConfigHash = resolved.ConfigHash(),
            Resumes = new Dictionary<int, ResumePoint> { [2] = new(1, 4) },
            AcceptedAt = DateTimeOffset.UnixEpoch,
        };
    }

    public TrainedModel Model { get; }

    public Job Job { get; }

    /// <summary>The exported model with this job's metadata.</summary>
    public byte[] Onnx() => Onnx(Metadata());

    /// <summary>The exported model with other metadata.</summary>
    public byte[] Onnx(ModelMetadata metadata) => OnnxExporter.Export(Model.Network, Model.Plan.Preprocessor, metadata);

    /// <summary>What this job's model says about itself.</summary>
    public ModelMetadata Metadata()
    {
        var training = Job.Resolved;
        return new ModelMetadata(
            Model.Plan.Test.Classes, training.Dataset, training.DatasetHash, training.Recipe, Model.Completed.Test.Top1, Model.Precision);
    }

    /// <summary>How it does.</summary>
    public ModelEvaluation Evaluation() => TrainedEvaluation.Of(Model.Plan.Train.Classes, Model.Completed, crossValidated: false);

    /// <summary>The weights as they are published.</summary>
    public PublishedWeights Weights() => new(Model.Network, Model.Plan.Train.Classes, Model.Plan.Settings.Preprocessing, Model.Plan.Statistics);

    public static Task<TrainedSample> CreateAsync(string network = "WRN-10-1", long seed = 7) =>
        CreateAsync(Samples.Plan(Samples.Settings with { MaxSteps = 8 }, network, seed));

    public static async Task<TrainedSample> CreateAsync(TrainingPlan plan)
    {
        using var stop = new CancellationTokenSource();
        var trainer = Samples.Trainer(plan, new RunRecord(stop, null));
        return new TrainedSample(trainer, plan, Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, stop.Token)));
    }

    /// <summary>Sets every value of a parameter or running statistic.</summary>
    public void Fill(string name, float value)
    {
        using var gradients = torch.no_grad();
        Model.Network.NamedState().Single(s => s.Name == name).Value.fill_(value);
    }

    public void Dispose() => _trainer.Dispose();
}
