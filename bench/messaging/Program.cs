using System.CommandLine;
using WrnCloud.MessagingBench;
using WrnCloud.MessagingBench.Faults;
using WrnCloud.MessagingBench.Trainers;

if (args is [EchoProcess.Command, var port, var bytes, .. var folders])
{
    EchoProcess.Serve(int.Parse(port), int.Parse(bytes), folders.SingleOrDefault());
    return 0;
}

var quick = new Option<bool>("--quick") { Description = "The short form: whether it works." };
var seconds = new Option<double>("--seconds") { Description = "Length of a measurement.", DefaultValueFactory = _ => 10 };
var rates = new Command("rates", "Rates, latencies and costs of the embedded broker, with our client and the official one.") { seconds, quick };
rates.SetAction(parsed => InFolderAsync(async folder =>
{
    var isQuick = parsed.GetValue(quick);
    await new MessagingReport(isQuick ? 0.5 : parsed.GetValue(seconds), isQuick ? 500 : 10_000, TimeProvider.System).RunAsync(folder);
    return 0;
}));

var seed = new Option<int>("--seed") { Description = "Of everything random.", DefaultValueFactory = _ => 1 };
var output = new Option<FileInfo?>("--out") { Description = "Where the summary goes." };
var faults = new Command("faults", "Kills, cuts, floods and damaged frames, and whether the promises held.") { seed, quick, output };
faults.SetAction(parsed => InFolderAsync(folder => new FaultReport(parsed.GetValue(seed), parsed.GetValue(quick), TimeProvider.System).RunAsync(folder, parsed.GetValue(output))));

var ahead = new Option<int>("--cancelled") { Description = "Cancelled jobs ahead.", DefaultValueFactory = _ => 300 };
var network = new Option<string>("--net") { Description = "The network whose step is cancelled.", DefaultValueFactory = _ => "WRN-28-10" };
var batch = new Option<int>("--batch") { Description = "Images of that step.", DefaultValueFactory = _ => 128 };
var trainers = new Command("trainers", "What messages that ask for nothing and a cancelled step cost a trainer.") { ahead, network, batch };
trainers.SetAction(parsed => InFolderAsync(
    folder => new TrainerReport(parsed.GetValue(ahead), parsed.GetValue(network)!, parsed.GetValue(batch), TimeProvider.System).RunAsync(folder)));

return await new RootCommand("Measures and tries the embedded Service Bus broker.") { rates, faults, trainers }.Parse(args).InvokeAsync();

static async Task<int> InFolderAsync(Func<DirectoryInfo, Task<int>> run)
{
    var folder = Directory.CreateTempSubdirectory("wrn-messaging-");
    try
    {
        return await run(folder);
    }
    finally
    {
        folder.Delete(recursive: true);
    }
}
