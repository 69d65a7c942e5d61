using Spectre.Console;
using WrnCloud.Hosting;

namespace WrnCloud.Cli;

/// <summary>The commands' environment: where they write, what they read from environment variables, the clock.</summary>
internal sealed record CliContext
{
    /// <summary>Line width when the output is not a terminal.</summary>
    private const int FileWidth = 1_000;

    /// <summary>Output for people: tables, progress, messages.</summary>
    public required IAnsiConsole Out { get; init; }

    /// <summary>Output for errors and hints, kept apart from data.</summary>
    public required IAnsiConsole Error { get; init; }

    /// <summary>Output for data (<c>--json</c>): the same stream as <see cref="Out"/>, without any formatting.</summary>
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
