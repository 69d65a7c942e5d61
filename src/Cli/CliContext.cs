using Spectre.Console;
using WrnCloud.Hosting;

namespace WrnCloud.Cli;

/// <summary>What commands take from the outside: where they write, what they read from the environment, the clock.</summary>
internal sealed record CliContext
{
    /// <summary>Widest line when the output is no terminal and has no width of its own.</summary>
    private const int FileWidth = 1_000;

    /// <summary>For people: tables, progress, sentences.</summary>
    public required IAnsiConsole Out { get; init; }

    /// <summary>For errors and hints, so that they never mix with data.</summary>
    public required IAnsiConsole Error { get; init; }

    /// <summary>For data (<c>--json</c>): the same stream as <see cref="Out"/>, without any formatting.</summary>
    public required TextWriter Data { get; init; }

    /// <summary>Reads an environment variable.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The current folder.</summary>
    public required string Folder { get; init; }

    public required TimeProvider Clock { get; init; }

    public required IIdSource Ids { get; init; }

    /// <summary>Whether a live display can redraw itself.</summary>
    public bool IsTerminal => Out.Profile.Out.IsTerminal && Out.Profile.Capabilities.Interactive;

    public static CliContext OfProcess() => new()
    {
        Out = Open(Console.Out),
        Error = Open(Console.Error),
        Data = Console.Out,
        Variable = Environment.GetEnvironmentVariable,
        Folder = Environment.CurrentDirectory,
        Clock = TimeProvider.System,
        Ids = new RandomIdSource(),
    };

    public static IAnsiConsole Open(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = FileWidth;
        return console;
    }
}
