using WrnCloud.Evaluation;
using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Training;

/// <summary>How a run ended.</summary>
public abstract record TrainingOutcome
{
    private TrainingOutcome()
    {
    }

    /// <summary>Every step of the schedule, of the step limit or of the time there was is done, and the network evaluated.</summary>
    public sealed record Completed(int Step, double TrainLoss, EvaluationResult Test) : TrainingOutcome
    {
        /// <summary>Whether the time was up before the schedule's end.</summary>
        public bool IsTimeUp { get; init; }

        /// <summary>The ways that were tried; null where there was one only.</summary>
        public IReadOnlyList<TriedRecipe>? Tried { get; init; }

        /// <summary>The training that was run, where it differs from the one that the job names.</summary>
        public ResolvedTraining? Resolved { get; init; }

        /// <summary>The published weights on the validation images; null where there are none.</summary>
        public EvaluationResult? Validation { get; init; }

        /// <summary>The training images' features under the published network, if the run computed them; null to compute them.</summary>
        public ImageFeatures? Trained { get; init; }
    }

    /// <summary>A stop was asked for; the observer has the checkpoint of this step.</summary>
    public sealed record Stopped(int Step) : TrainingOutcome;

    /// <summary>The run cannot succeed: <c>loss-diverged</c> or <c>out-of-memory</c>, and a sentence.</summary>
    public sealed record Failed(string Code, string Message) : TrainingOutcome;
}
