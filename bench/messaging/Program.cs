using System.CommandLine;
using WrnCloud.MessagingBench;
using WrnCloud.MessagingBench.Faults;
using WrnCloud.MessagingBench.Soak;
using WrnCloud.MessagingBench.Trainers;
using WrnCloud.MessagingBench.Waiting;

if (args is [EchoProcess.Command, var port, var bytes, .. var folders])
{
    EchoProcess.Serve(int.Parse(port), int.Parse(bytes), folders.SingleOrDefault());
    return 0;
}

if (args is [WaitingProcess.Command, var host, var connection])
{
    await WaitingProcess.RunAsync(host, connection, TimeProvider.System);
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
faults.SetAction(parsed => InFolderAsync(folder =>
    new FaultReport(parsed.GetValue(seed), parsed.GetValue(quick), TimeProvider.System).RunAsync(folder, parsed.GetValue(output))));

var ahead = new Option<int>("--cancelled") { Description = "Cancelled jobs ahead.", DefaultValueFactory = _ => 300 };
var network = new Option<string>("--net") { Description = "The network whose step is cancelled.", DefaultValueFactory = _ => "WRN-28-10" };
var batch = new Option<int>("--batch") { Description = "Images of that step.", DefaultValueFactory = _ => 128 };
var trainers = new Command("trainers", "What messages that ask for nothing and a cancelled step cost a trainer.") { ahead, network, batch };
trainers.SetAction(parsed => InFolderAsync(
    folder => new TrainerReport(parsed.GetValue(ahead), parsed.GetValue(network)!, parsed.GetValue(batch), TimeProvider.System).RunAsync(folder)));

var messages = new Option<int>("--messages") { Description = "Measured for each host.", DefaultValueFactory = _ => 300 };
var idle = new Option<double>("--idle") { Description = "Seconds of doing nothing.", DefaultValueFactory = _ => 60 };
var waiting = new Command("waiting", "What a waiting trainer and functions host cost, and how soon they have a message.") { messages, idle };
waiting.SetAction(parsed => InFolderAsync(async folder =>
{
    await new WaitingReport(parsed.GetValue(messages), TimeSpan.FromSeconds(parsed.GetValue(idle)), TimeProvider.System).RunAsync(folder);
    return 0;
}));

var each = new Option<double>("--seconds") { Description = "For each way to end a receive.", DefaultValueFactory = _ => 50 };
var soak = new Command("soak", "Receives that end in every way while messages arrive, and whether a message stayed behind locked.") { seed, each };
soak.SetAction(parsed => InFolderAsync(folder =>
    new SoakReport(parsed.GetValue(seed), TimeSpan.FromSeconds(parsed.GetValue(each)), TimeProvider.System).RunAsync(folder)));

var root = new RootCommand("Measures and tries the embedded Service Bus broker.") { rates, faults, waiting, soak, trainers };
return await root.Parse(args).InvokeAsync();

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
