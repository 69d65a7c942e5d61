using System.CommandLine;
using WrnCloud.GpuBench;
using WrnCloud.TrainingBench;

if (args is [Measurements.Verb, var request]) return await Measurements.RunAsync(request);

var device = new Option<string>("--device") { Description = "cuda, or cpu to show that the benchmark works.", DefaultValueFactory = _ => "cuda" };
device.AcceptOnlyFromAmong("cuda", "cpu");
var networks = new Option<string[]>("--nets")
{
    Description = "Wide ResNets of blocks B(3,3).",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => ["WRN-16-4", "WRN-28-10"],
};
var batches = new Option<int[]>("--batches")
{
    Description = "Images of a step.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [128, 512],
};
var rounds = new Option<int>("--rounds") { Description = "Pairs of measurements.", DefaultValueFactory = _ => 5 };
var seconds = new Option<double>("--seconds") { Description = "Length of a measurement.", DefaultValueFactory = _ => 10 };
var python = new Option<string>("--python")
{
    Description = "The interpreter that has PyTorch with CUDA.",
    DefaultValueFactory = _ => "/usr/bin/python3",
};
var quick = new Option<bool>("--quick") { Description = "A small network, one short round: whether it works, not how fast." };
var command = new RootCommand("Training on one CUDA device against PyTorch. Build with -p:Torch=cuda.")
{
    device, networks, batches, rounds, seconds, python, quick,
};
command.SetAction(async parsed =>
{
    var onCpu = parsed.GetValue(device) == "cpu";
    if (!onCpu && !TorchSharp.torch.cuda.is_available())
    {
        Console.WriteLine(
            "There is no CUDA device that libtorch can use here (build with -p:Torch=cuda on a machine with one): the figure for a GPU is missing.");
        return 0;
    }

    var isQuick = parsed.GetValue(quick);
    var options = new BenchOptions(
        isQuick ? ["WRN-10-1"] : parsed.GetValue(networks)!, null, isQuick ? 1 : parsed.GetValue(rounds), isQuick ? 0.2 : parsed.GetValue(seconds),
        Environment.ProcessorCount, parsed.GetValue(python)!, 0, isQuick);
    return await new GpuReport(options, isQuick ? [4] : parsed.GetValue(batches)!, onCpu, TimeProvider.System).RunAsync();
});
return await command.Parse(args).InvokeAsync();
