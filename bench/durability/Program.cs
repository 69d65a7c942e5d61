using System.CommandLine;
using WrnCloud.DurabilityBench.Kills;
using WrnCloud.DurabilityBench.Writes;

var seed = new Option<int>("--seed") { Description = "Of everything random.", DefaultValueFactory = _ => 1 };
var output = new Option<FileInfo?>("--out") { Description = "Where the summary goes: its section of the file is replaced." };
var count = new Option<int>("--kills") { Description = "How many.", DefaultValueFactory = _ => 200 };
var kills = new Command("kills", "Kills the stack, or parts of it, under load, and holds what was acknowledged against what is there.") { count, seed, output };
kills.SetAction((parsed, cancellationToken) =>
    new KillReport(parsed.GetValue(seed), parsed.GetValue(count), TimeProvider.System).RunAsync(parsed.GetValue(output), cancellationToken));

var blobs = new Option<int[]>("--blobs")
{
    Description = "Blobs in the store, ascending.",
    DefaultValueFactory = _ => [10, 1_000, 20_000],
    AllowMultipleArgumentsPerToken = true,
};
var samples = new Option<int>("--samples") { Description = "Measured writes for each row and writer.", DefaultValueFactory = _ => 200 };
var writes = new Command("writes", "What a write costs: Azurite as it comes, and with our journal.") { blobs, samples, output };
writes.SetAction((parsed, cancellationToken) =>
    new WriteReport(parsed.GetRequiredValue(blobs), parsed.GetValue(samples), TimeProvider.System).RunAsync(parsed.GetValue(output), cancellationToken));

return await new RootCommand("Tries and measures the durability of the stack on one machine.") { kills, writes }.Parse(args).InvokeAsync();
