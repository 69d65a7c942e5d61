using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Training;
using WrnCloud.TrainingProcess;

// A trainer for tests to kill: goes on from the newest checkpoint of its folder, writes one after every step, prints each step and the final hash.
// Arguments: the folder, the precision, `scratch` or `finetune`. Ends with its standard input.
var folder = new CheckpointFolder(args[0]);
var settings = Recipes.Find("fast/shapes10")!.Settings with
{
    Epochs = 4,
    BatchSize = 16,
    LearningRate = 0.05,
    LabelSmoothing = 0.1,
    Dropout = 0.3,
    CropPadding = 4,
    Cutout = 8,
    Mixup = 0.2,
    EmaDecay = 0.99,
    GradientClip = 1,
    Precision = Enum.Parse<Precision>(args[1]),
};
var train = Shapes10.Generate(128, 1);
var statistics = ChannelStatistics.Of(train);
var plan = args[2] == "finetune"
    ? new TrainingPlan(
        Spec("ResNet-1-1-1-1").At(32), settings with { Dropout = 0, LearningRate = 0.01 }, train, Shapes10.Generate(20, 2), statistics, 7, 2)
    {
        Validation = Shapes10.Generate(40, 3),
        FitsHeadFirst = true,
        Freeze = Freeze.Group2,
    }
    : new TrainingPlan(Spec("WRN-10-1"), settings, train, Shapes10.Generate(20, 2), statistics, 7, 2);
using var trainer = new Trainer(plan, folder, TimeProvider.System, NullLogger.Instance, TimeSpan.Zero);
var stop = ParentProcess.EndsWith(["--parent-stdin"], CancellationToken.None);
await trainer.RunAsync(folder.Newest(), stop);
Console.WriteLine($"final {folder.LastHash}");

static NetworkSpec Spec(string name) =>
    NetworkSpec.TryParse(name, out var spec, out var problem) ? spec : throw new InvalidOperationException(problem);
