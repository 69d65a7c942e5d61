using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace WrnCloud.Cli.Commands;

/// <summary>The standard help, followed by the exit codes.</summary>
internal sealed class HelpWithExitCodes : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var result = new HelpAction().Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Exit codes:");
        foreach (var (code, meaning) in ExitCodes.All) output.WriteLine($"  {code,3}  {meaning}");
        output.WriteLine();
        return result;
    }
}
