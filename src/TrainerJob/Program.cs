using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using WrnCloud.Hosting;
using WrnCloud.TrainerJob.Hosting;
using WrnCloud.TrainerJob.Runtime;

if (args.Contains("--help"))
{
    Console.WriteLine(
        "WrnCloud trainer: receives training messages until one has a job to run, runs it, ends. "
            + "Configured by Storage__*, ServiceBus__* and Trainer__*.");
    Console.WriteLine("  --platform       print what this machine offers to training, and end");
    Console.WriteLine("  --follow         keep receiving");
    Console.WriteLine("  --parent-stdin   end when standard input does");
    Console.WriteLine("  --verify FOLDER  check a published version's files against each other instead, print one line of JSON");
    return 0;
}

if (args.Contains("--platform"))
{
    Console.WriteLine(NativeRuntime.Prepare(Environment.ProcessorCount));
    return 0;
}

// Early: the C library's variables are best changed while no other library reads them.
OnnxRuntimeTelemetry.SwitchOff();
using var stop = StopSignals.Listen(args);
var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
if (TrainerOptions.Problem(configuration) is { } problem)
{
    await Console.Error.WriteLineAsync(problem);
    return 2;
}

if (args.Contains(VerifyProcess.Option)) return await VerifyProcess.RunAsync(args, configuration, stop.Token);
var services = new ServiceCollection()
    .AddLogging(logging => logging.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Information))
    .AddWrnCloud(configuration)
    .AddTrainer(TrainerOptions.From(configuration, args))
    .AddTrainerTracing()
    .BuildServiceProvider();
_ = services.GetService<TracerProvider>();
var worker = services.GetRequiredService<TrainerWorker>();
var exitCode = await worker.RunAsync(stop.Token);
await services.DisposeAsync();
if (worker.IsComputing) ProcessEnd.Now(exitCode);
return exitCode;
