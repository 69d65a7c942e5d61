using System.CommandLine;
using WrnCloud.TrainingBench;

if (args is [BusyThreads.Verb, var busy]) return BusyThreads.Run(int.Parse(busy, System.Globalization.CultureInfo.InvariantCulture));
if (args is [Measurements.Verb, var request]) return await Measurements.RunAsync(request);

var networks = new Option<string[]>("--nets")
{
    Description = "Wide ResNets of blocks B(3,3), and the network that photographs are fine-tuned with.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => ["WRN-16-2", "WRN-16-4", "WRN-28-10", Networks.FineTuned],
};
var batch = new Option<int?>("--batch") { Description = "Images of a step; by default 128, and 32 for the largest networks." };
var rounds = new Option<int>("--rounds") { Description = "Pairs of measurements.", DefaultValueFactory = _ => 5 };
var seconds = new Option<double>("--seconds") { Description = "Length of a measurement.", DefaultValueFactory = _ => 20 };
var threads = new Option<int>("--threads")
{
    Description = "libtorch's threads, and PyTorch's at equal settings.",
    DefaultValueFactory = _ => Environment.ProcessorCount,
};
var python = new Option<string>("--python") { Description = "The interpreter that has PyTorch.", DefaultValueFactory = _ => "/usr/bin/python3" };
var quick = new Option<bool>("--quick") { Description = "Small networks, one short round: whether it works, not how fast." };
var equal = new Option<bool>("--equal") { Description = "The table at equal settings alone." };
var contention = new Command("contention", "Training beside another process that keeps one and two threads busy.")
{
    rounds, seconds, threads, python,
};
contention.SetAction(parsed => new ContentionReport(
    new BenchOptions(
        [],
        null,
        parsed.GetValue(rounds),
        parsed.GetValue(seconds),
        parsed.GetValue(threads),
        parsed.GetValue(python)!,
        0,
        Quick: false)).RunAsync());
var command = new RootCommand("Training on the CPU against PyTorch, in the same run.")
{
    networks, batch, rounds, seconds, threads, python, quick, equal, contention,
};
command.SetAction(parsed => new TrainingReport(parsed.GetValue(quick)
    ? new BenchOptions(["WRN-10-1"], 16, 1, 0.2, parsed.GetValue(threads), parsed.GetValue(python)!, 20, Quick: true)
    : new BenchOptions(
        parsed.GetValue(networks)!,
        parsed.GetValue(batch),
        parsed.GetValue(rounds),
        parsed.GetValue(seconds),
        parsed.GetValue(threads),
        parsed.GetValue(python)!,
        1000,
        Quick: false)).RunAsync(parsed.GetValue(equal)));
return await command.Parse(args).InvokeAsync();
