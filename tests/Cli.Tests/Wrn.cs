using WrnCloud.Hosting;

namespace WrnCloud.Cli.Tests;

/// <summary>Runs the command inside the test and keeps what it wrote.</summary>
internal static class Wrn
{
    public static Task<Run> RunAsync(string commandLine, string? folder = null, IReadOnlyDictionary<string, string>? variables = null) =>
        RunAsync(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries), folder, variables);

    public static async Task<Run> RunAsync(string[] arguments, string? folder = null, IReadOnlyDictionary<string, string>? variables = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var context = Context(output, error, folder, variables);
        var code = await Program.RunAsync(context, arguments, TestContext.Current.CancellationToken);
        return new Run(code, output.ToString(), error.ToString());
    }

    public static CliContext Context(
        TextWriter output, TextWriter error, string? folder = null, IReadOnlyDictionary<string, string>? variables = null) =>
        new()
        {
            Out = CliContext.Open(output),
            Error = CliContext.Open(error),
            Data = output,
            Variable = name => variables?.GetValueOrDefault(name),
            Folder = folder ?? Path.GetPathRoot(Environment.CurrentDirectory)!,
            Clock = new FastClock(),
            Ids = new RandomIdSource(),
        };

    internal sealed record Run(int Code, string Output, string Error);
}
