using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;

namespace WrnCloud.TrainerJob.Training;

/// <summary>Trains one network on one plan.</summary>
internal interface ITrainer : IDisposable
{
    /// <summary>The network that is published. Disposed with the trainer, and not to be used while a run is going on.</summary>
    ImageClassifier Network { get; }

    /// <summary>The plan that the network was trained by.</summary>
    TrainingPlan Plan { get; }

    /// <summary>The device and runtime that the run computes on.</summary>
    ComputePlatform Platform { get; }

    /// <summary>The precision of the run.</summary>
    Precision Precision { get; }

    /// <summary>Takes weights as the starting point instead of random ones. Only before the first step.</summary>
    /// <param name="weights">
    /// A safetensors file with every parameter and running statistic of the network, the classifier's apart with a new head.
    /// </param>
    /// <param name="newHead">Whether the classifier stays as it was drawn.</param>
    /// <exception cref="WrnException"><c>init-invalid</c>: damaged, or another network's; nothing has changed.</exception>
    void Initialise(ReadOnlyMemory<byte> weights, bool newHead);

    /// <summary>Takes up a checkpoint: the next run goes on from it. Only while no run is going on.</summary>
    /// <exception cref="CheckpointException">It is damaged or another run's; nothing has changed, and another one may be tried.</exception>
    void Restore(CheckpointFiles checkpoint);

    /// <summary>Trains to the end.</summary>
    /// <param name="resume">The checkpoint to go on from; null to start, or to go on from the one that was restored.</param>
    /// <param name="stop">Ends the run early.</param>
    /// <param name="timeUp">Ends the training early: the run completes with what it has learnt.</param>
    Task<TrainingOutcome> RunAsync(CheckpointFiles? resume, CancellationToken stop, CancellationToken timeUp = default);
}
