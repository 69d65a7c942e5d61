using Spectre.Console;
using WrnCloud.Errors;

namespace WrnCloud.Cli.Output;

/// <summary>Prints a rejected request's problem: title, detail, and each wrong field with its allowed values.</summary>
internal static class ProblemPrinter
{
    public static void Print(IAnsiConsole console, Problem problem)
    {
        console.Say($"[red]{problem.Title}[/] [grey]({problem.Code}, HTTP {problem.Status})[/]");
        console.Say($"  {problem.Detail}");
        foreach (var error in problem.Errors ?? [])
        {
            console.Say($"  [yellow]{error.Pointer}[/]  {error.Detail}");
            if (error.Allowed is not null) console.Say($"      allowed: {error.Allowed}");
        }

        if (problem.RetryAfterSeconds is { } seconds) console.Say($"  Try again in {Format.Seconds(seconds)}.");
        if (ErrorCatalogue.All.FirstOrDefault(e => e.Code == problem.Code) is { } known) console.Say($"  [grey]{known.Remedy}[/]");
    }
}
