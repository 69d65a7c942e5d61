using Spectre.Console;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;

namespace WrnCloud.Cli.Demo;

/// <summary>State that all chapters share: the plan, the folders, the service, and how long each chapter took.</summary>
internal sealed class DemoStage(CliContext context, DemoPlan plan, DemoFolders folders)
{
    private readonly List<(string Title, TimeSpan Time)> chapters = [];

    public CliContext Context { get; } = context;

    public IAnsiConsole Out => Context.Out;

    public DemoPlan Plan { get; } = plan;

    public DemoFolders Folders { get; } = folders;

    public IReadOnlyList<(string Title, TimeSpan Time)> Chapters => chapters;

    /// <summary>The service; set by the first chapter.</summary>
    public ApiClient Api { get; set; } = null!;

    /// <summary>The folder of the service's logs; set by the first chapter.</summary>
    public string LogFolder { get; set; } = "";

    /// <summary>Failed expectations, each as a sentence; the demo succeeds when there is none.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Runs a chapter under its heading and measures its time.</summary>
    public async Task<T> ChapterAsync<T>(string title, Func<Task<T>> run)
    {
        Heading($"{chapters.Count + 1}. {title}");
        var started = Context.Clock.GetTimestamp();
        var result = await run();
        chapters.Add((title, Context.Clock.GetElapsedTime(started)));
        return result;
    }

    public void Heading(string text)
    {
        Out.WriteLine();
        if (Context.IsTerminal) Out.Write(new Rule($"[bold]{Markup.Escape(text)}[/]") { Justification = Justify.Left, Style = Style.Parse("grey") });
        else Out.WriteLine($"== {text}");
    }

    /// <summary>Checks a claim and prints the result.</summary>
    public void Check(bool holds, string claim)
    {
        if (holds)
        {
            Out.Say($"  [green]✓[/] {claim}");
            return;
        }

        Out.Say($"  [red]✗[/] {claim}");
        Failures.Add($"This does not hold: {claim}.");
    }

    /// <summary>The shortest form of a path from the current folder.</summary>
    public string Shown(string path)
    {
        var relative = Path.GetRelativePath(Context.Folder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path : "./" + relative.Replace('\\', '/');
    }
}
