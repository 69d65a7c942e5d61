using System.CommandLine;
using Spectre.Console;
using WrnCloud.Cli.Output;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.Cli.Commands.Local;

/// <summary>Keeps the local stack running until Ctrl-C.</summary>
internal static class UpCommand
{
    private const string Local = "local";
    private const string External = "external";

    public static Command Create(CliContext context)
    {
        var state = new Option<string>("--state")
        {
            Description = "Folder for all state between runs; private to its owner.",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => ".wrn",
        };
        var trainers = NumberOption.Create<int>("--trainers", "Most trainers at a time, 1 to 16; default 1.", 1, 16);
        var trainer = new Option<string>("--trainer")
        {
            Description = "local: starts trainers as jobs arrive. external: starts none; run one yourself with the connection strings shown.",
            DefaultValueFactory = _ => Local,
        };
        trainer.AcceptOnlyFromAmong(Local, External);
        var port = NumberOption.Create<int>(
            "--port", "Port of the HTTP API, on 127.0.0.1; default the previous one, or a free one.", 1, 65535);
        var command = new Command("up", "Runs the service on this machine until Ctrl-C: blobs, queue, functions, trainers.")
        {
            state, port, trainers, trainer,
        };
        return command.Does(
            context,
            async (parsed, cancellationToken) =>
            {
                var external = parsed.GetValue(trainer) == External;
                var options = new LocalStackOptions
                {
                    StateFolder = FolderOption.FullPath("--state", parsed.GetRequiredValue(state), context.Folder),
                    Port = parsed.GetValue(port),
                    MaxTrainers = parsed.GetValue(trainers) ?? 1,
                    StartTrainers = !external,
                    OnEvent = line => context.Out.WriteLine($"{context.Clock.GetLocalNow():HH:mm:ss}  {line}"),
                };
                await using var stack = await StackStart.RunAsync(options, cancellationToken);
                Show(context, stack, options.StateFolder, external);
                return await WaitAsync(context, stack, cancellationToken);
            });
    }

    private static void Show(CliContext context, LocalStack stack, string stateFolder, bool external)
    {
        // Written without the console's word wrap: these are lines to copy.
        context.Data.WriteLine();
        foreach (var (name, value) in Facts(stack, stateFolder)) context.Data.WriteLine($"{name,-15}{value}");
        context.Data.WriteLine();
        if (external) context.Out.Say($"[grey]No trainer is started: jobs stay Queued until you connect one to these addresses.[/]");
        context.Data.WriteLine(Path.GetFileName(stateFolder) == ".wrn"
            ? $"In another terminal, below {Path.GetDirectoryName(stateFolder)}, `wrn` finds it by itself."
            : $"In another terminal, tell `wrn` about it:\n  export WRN_ENDPOINT={stack.Endpoint.AbsoluteUri.TrimEnd('/')} WRN_KEY={stack.Key}");
        context.Data.WriteLine("Ctrl-C stops it.");
    }

    private static (string Name, string Value)[] Facts(LocalStack stack, string stateFolder) =>
    [
        ("endpoint", stack.Endpoint.AbsoluteUri.TrimEnd('/')),
        ("documentation", new Uri(stack.Endpoint, "api/docs").AbsoluteUri),
        ("key", stack.Key),
        ("storage", stack.StorageConnectionString),
        ("service bus", stack.ServiceBusConnectionString),
        ("state", stateFolder),
        ("logs", stack.LogFolder),
    ];

    private static async Task<int> WaitAsync(CliContext context, LocalStack stack, CancellationToken cancellationToken)
    {
        try
        {
            await stack.Exited.WaitAsync(cancellationToken);
            return ExitCodes.Ok;
        }
        catch (InvalidOperationException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FailedException(e.Message, e);
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            // Ctrl-C is this command's normal end; a part that dies at the same moment changes nothing.
            context.Out.WriteLine("Stopping…");
            return ExitCodes.Ok;
        }
    }
}
