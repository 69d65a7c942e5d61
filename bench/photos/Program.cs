using System.CommandLine;
using WrnCloud.PhotosBench;

if (args is [FeatureMeasurement.Verb, var request]) return await FeatureMeasurement.RunAsync(request);

var output = new Option<FileInfo?>("--out") { Description = "Where the summary goes: its section of the file is replaced." };
var set = new Argument<FileInfo>("SET")
{
    Description = "A zip of pictures as train/CLASS/FILE and test/CLASS/FILE, or CLASS/FILE. A set that is not there is left out.",
};
var sets = new Argument<FileInfo[]>("SET") { Description = set.Description, Arity = ArgumentArity.OneOrMore };
var recipes = new Option<string[]>("--recipe")
{
    Description = "The recipes that ours is trained by; an empty one leaves the choice to the service.",
    DefaultValueFactory = _ => ["photo/quick"],
    AllowMultipleArgumentsPerToken = true,
};
var share = new Option<double>("--test-share")
{
    Description = "Of each class, where the zip sets no test pictures apart.",
    DefaultValueFactory = _ => 0.1,
};
var endpoint = new Option<Uri?>("--endpoint")
{
    Description = "A running service, with WRN_KEY its key; by default a local stack is started for the measurement.",
};
var accuracy = new Command("accuracy", "Top-1 and time from a folder of pictures to a published version, against ML.NET on the same split.")
{
    sets, recipes, share, endpoint, output,
};
accuracy.SetAction((parsed, cancellationToken) =>
{
    var report = new AccuracyReport(parsed.GetRequiredValue(recipes), parsed.GetValue(share), parsed.GetValue(endpoint), TimeProvider.System);
    return report.RunAsync(parsed.GetRequiredValue(sets), parsed.GetValue(output), cancellationToken);
});

var rounds = new Option<int>("--rounds") { Description = "Pairs of measurements.", DefaultValueFactory = _ => 5 };
var seconds = new Option<double>("--seconds") { Description = "Length of a measurement.", DefaultValueFactory = _ => 8 };
var threads = new Option<int>("--threads")
{
    Description = "Threads of ours and of ONNX Runtime.",
    DefaultValueFactory = _ => Environment.ProcessorCount,
};
var features = new Command("features", "Pictures a second through the frozen network, against ONNX Runtime on the same file, and against ML.NET.")
{
    set, rounds, seconds, threads, output,
};
features.SetAction((parsed, cancellationToken) => new FeaturesReport(parsed.GetValue(rounds), parsed.GetValue(seconds), parsed.GetValue(threads))
    .RunAsync(parsed.GetRequiredValue(set), parsed.GetValue(output), cancellationToken));

var root = new RootCommand("Classifying photographs, against ML.NET and ONNX Runtime in the same run.") { accuracy, features };
return await root.Parse(args).InvokeAsync();
