using System.CommandLine;
using WrnCloud.Jobs;
using WrnCloud.Memory;

var threads = new Option<int>("--threads") { Description = "libtorch's threads.", DefaultValueFactory = _ => Environment.ProcessorCount };
var models = new Option<string[]>("--model")
{
    Description = "The networks.",
    DefaultValueFactory = _ => ["WRN-16-2", "WRN-16-4", "WRN-28-10"],
    AllowMultipleArgumentsPerToken = true,
};
var batches = new Option<int[]>("--batch")
{
    Description = "Images per step.",
    DefaultValueFactory = _ => [32, 128],
    AllowMultipleArgumentsPerToken = true,
};
var precisions = new Option<Precision[]>("--precision")
{
    Description = "Arithmetic.",
    DefaultValueFactory = _ => [Precision.Fp32, Precision.Bf16],
    AllowMultipleArgumentsPerToken = true,
};

// Each measurement has a process of its own: what one run leaves in the allocator would be the next one's memory.
var probe = new Command("probe", "Measures one configuration in this process.") { models, batches, precisions, threads };
probe.SetAction(parsed => MemoryProbe.ExecuteAsync(
    parsed.GetRequiredValue(models)[0], parsed.GetRequiredValue(batches)[0], parsed.GetRequiredValue(precisions)[0], parsed.GetValue(threads)));

var root = new RootCommand("Compares the estimate of training's memory with the growth of the process.")
{
    models, batches, precisions, threads, probe,
};
root.SetAction(parsed => MemoryTable.Print(
    parsed.GetRequiredValue(models), parsed.GetRequiredValue(batches), parsed.GetRequiredValue(precisions), parsed.GetValue(threads)));
return await root.Parse(args).InvokeAsync();
