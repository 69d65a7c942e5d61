using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using WrnCloud.Cli.Commands;
using WrnCloud.Cli.Commands.Datasets;
using WrnCloud.Cli.Commands.Jobs;
using WrnCloud.Cli.Commands.Local;
using WrnCloud.Cli.Commands.Models;
using WrnCloud.Cli.Commands.Scoring;
using WrnCloud.Cli.Commands.Weights;
using WrnCloud.Cli.Output;

namespace WrnCloud.Cli;

/// <summary>The command <c>wrn</c> and its subcommands.</summary>
internal static class Program
{
    /// <summary>
    /// How long Ctrl-C waits for a command to stop its processes: longer than the local stack's parts take to stop one after another.
    /// </summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(75);

    public static async Task<int> Main(string[] arguments)
    {
        Console.OutputEncoding = System.Text.Encoding.UTF8;
        TerminalStream.Guard();

        // The library handles SIGINT and SIGTERM; a closed terminal ends a command in the same way.
        using var hangUp = new CancellationTokenSource();
        using var registration = PosixSignalRegistration.Create(
            PosixSignal.SIGHUP,
            signal =>
            {
                signal.Cancel = true;
                hangUp.Cancel();
            });
        return await RunAsync(CliContext.OfProcess(), arguments, hangUp.Token);
    }

    internal static async Task<int> RunAsync(CliContext context, IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        var configuration = new InvocationConfiguration
        {
            Output = context.Data,
            Error = context.Error.Profile.Out.Writer,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = StopTime,
        };
        var parsed = Commands(context).Parse(arguments);
        if (parsed.Action is not ParseErrorAction wrong) return await parsed.InvokeAsync(configuration, cancellationToken);

        // The whole help is shown only for a missing or unknown command; a wrong value gets just its message.
        wrong.ShowHelp = parsed.CommandResult.Command.Subcommands.Count > 0;
        await parsed.InvokeAsync(configuration, cancellationToken);
        return ExitCodes.WrongUsage;
    }

    private static Command Commands(CliContext context)
    {
        var root = new Command("wrn", "WrnCloud: trains Wide Residual Networks on demand and serves them. Start with `wrn demo`.")
        {
            DemoCommand.Create(context),
            UpCommand.Create(context),
            TrainCommand.Create(context),
            new Command("jobs", "Training jobs.")
            {
                JobsListCommand.Create(context), JobsShowCommand.Create(context), JobsWatchCommand.Create(context), JobsCancelCommand.Create(context),
            },
            new Command("models", "Published models.")
            {
                ModelsListCommand.Create(context),
                ModelsShowCommand.Create(context),
                ModelsPromoteCommand.Create(context),
                ModelsVerifyCommand.Create(context),
            },
            PredictCommand.Create(context),
            BatchCommand.Create(context),
            new Command("datasets", "Data sets.")
            {
                DatasetsCheckCommand.Create(context), DatasetsPushCommand.Create(context), DatasetsExtendCommand.Create(context),
                DatasetsListCommand.Create(context), DatasetsDeleteCommand.Create(context),
            },
            new Command("weights", "Pretrained weights.")
            {
                WeightsImportCommand.Create(context),
                WeightsListCommand.Create(context),
                WeightsShowCommand.Create(context),
                WeightsDeleteCommand.Create(context),
            },
            RecipesCommand.Create(context),
            GlobalOptions.Endpoint,
            GlobalOptions.Key,
            new HelpOption { Action = new HelpWithExitCodes() },
            new VersionOption(),
        };
        return root;
    }
}
