using System.CommandLine;
using WrnCloud.Evidence;

var data = new Option<DirectoryInfo>("--data") { Description = "Folder with CIFAR-10's data_batch_1…5.bin and test_batch.bin.", Required = true };
var output = new Option<DirectoryInfo>("--out")
{
    Description = "Where the summary goes.",
    DefaultValueFactory = _ => new DirectoryInfo("docs/evidence"),
};
var threads = new Option<int>("--threads") { Description = "libtorch's threads.", DefaultValueFactory = _ => Environment.ProcessorCount };

var recipe = new Option<string>("--recipe") { Description = "The recipe.", DefaultValueFactory = _ => "fast/cifar10-wrn-16-2" };
var model = new Option<string>("--model") { Description = "The network.", DefaultValueFactory = _ => "WRN-16-2" };
var seed = new Option<long>("--seed") { Description = "The seed.", DefaultValueFactory = _ => 1 };
var accuracy = new Command("accuracy", "Trains on the complete CIFAR-10 by a recipe and writes curve and summary.")
{
    data, output, threads, recipe, model, seed,
};
accuracy.SetAction(parsed => AccuracyRun.ExecuteAsync(
    parsed.GetRequiredValue(data),
    parsed.GetRequiredValue(output),
    parsed.GetRequiredValue(recipe),
    parsed.GetRequiredValue(model),
    parsed.GetValue(seed),
    parsed.GetValue(threads)));

var seeds = new Option<int>("--seeds") { Description = "Seeds, at least 2.", DefaultValueFactory = _ => 5 };
var epochs = new Option<int>("--epochs") { Description = "Epochs of each run.", DefaultValueFactory = _ => 5 };
var small = new Option<string>("--model") { Description = "The network.", DefaultValueFactory = _ => "WRN-10-2" };
var precision = new Command("precision", "Trains with the same seeds in float32 and bfloat16 and compares top-1.")
{
    data, output, threads, small, epochs, seeds,
};
precision.SetAction(parsed => PrecisionStudy.ExecuteAsync(
    parsed.GetRequiredValue(data),
    parsed.GetRequiredValue(output),
    parsed.GetRequiredValue(small),
    parsed.GetValue(epochs),
    parsed.GetValue(seeds),
    parsed.GetValue(threads)));

return await new RootCommand("Runs on real data whose summaries lie in docs/evidence.") { accuracy, precision }.Parse(args).InvokeAsync();
