using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Export;

/// <summary>A run that came to its end, with what is published of it.</summary>
/// <param name="Network">The network in the state to publish.</param>
/// <param name="Plan">What decided the run.</param>
/// <param name="Completed">How it ended: the last evaluation is the network's.</param>
/// <param name="Precision">The precision that the run really computed in.</param>
/// <param name="Platform">What it computed on.</param>
public sealed record TrainedModel(
    ImageClassifier Network, TrainingPlan Plan, TrainingOutcome.Completed Completed, Precision Precision, ComputePlatform Platform);
