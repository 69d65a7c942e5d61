using System.CommandLine;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Commands;

/// <summary>Sets a command's action and turns every expected failure into a message and an exit code.</summary>
internal static class CommandExtensions
{
    public static Command Does(this Command command, CliContext context, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction((parsed, cancellationToken) => GuardAsync(context, () => action(parsed, cancellationToken), cancellationToken));
        return command;
    }

    public static Command DoesWithApi(this Command command, CliContext context, Func<ParseResult, ApiClient, CancellationToken, Task<int>> action) =>
        command.Does(context, async (parsed, cancellationToken) =>
        {
            var target = EndpointFinder.Find(parsed.GetValue(GlobalOptions.Endpoint), parsed.GetValue(GlobalOptions.Key), context);
            using var api = new ApiClient(target.Endpoint, target.Key, context.Clock);
            return await action(parsed, api, cancellationToken);
        });

    private static async Task<int> GuardAsync(CliContext context, Func<Task<int>> action, CancellationToken cancellationToken)
    {
        try
        {
            return await action();
        }
        catch (ApiException e)
        {
            ProblemPrinter.Print(context.Error, e.Problem);
            return ExitCodes.Refused;
        }
        catch (EndpointUnreachableException e)
        {
            context.Error.Say($"[red]{e.Message}[/]");
            context.Error.Say($"[grey]Is it running? `wrn up` starts the local stack; --endpoint or WRN_ENDPOINT selects another service.[/]");
            return ExitCodes.Unreachable;
        }
        catch (UsageException e)
        {
            context.Error.Say($"[red]{e.Message}[/]");
            return ExitCodes.WrongUsage;
        }
        catch (Exception e) when (e is FailedException or DatasetException or IOException or UnauthorizedAccessException)
        {
            context.Error.Say($"[red]{e.Message}[/]");
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            context.Error.Say($"[yellow]Interrupted.[/]");
            return ExitCodes.Interrupted;
        }
    }
}
