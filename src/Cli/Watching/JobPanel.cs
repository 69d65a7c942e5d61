using Spectre.Console;
using WrnCloud.Cli.Output;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Watching;

/// <summary>A live panel of a job on a terminal.</summary>
internal sealed class JobPanel(int terminalWidth, bool unicode)
{
    private const int BarWidth = 44;
    private const int MaxWidth = 108;
    private const string Levels = "▁▂▃▄▅▆▇█";
    private readonly SortedDictionary<long, double> losses = [];

    /// <summary>Draws a reading; the losses of earlier readings form the curve.</summary>
    public Panel Draw(Job job, TimeSpan watched)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Width(11)).AddColumn();
        grid.AddRow(Name("state"), new Markup($"[{Format.Colour(job.State)} bold]{job.State}[/]  [grey]{Markup.Escape(JobStage.Of(job))}[/]"));
        if (job.Progress is { } progress) grid.AddRow(Name("progress"), Bar(progress));

        if (job is { Import: null, Progress: { } p })
        {
            if (p.Loss is { } loss && double.IsFinite(loss)) losses[p.Step] = loss;
            grid.AddRow(Name("epoch"), new Text($"{p.Epoch} of {p.Epochs}   step {Format.Count(p.Step)} of {Format.Count(p.Steps)}"));
            grid.AddRow(Name("rate"), new Text(Format.Rate(p.ImagesPerSecond)));
            grid.AddRow(Name("loss"), new Markup($"{Format.Loss(p.Loss)}  [aqua]{(unicode ? Curve() : "")}[/]"));
            grid.AddRow(Name("top-1"), new Markup($"[bold]{Format.Percent(p.Top1)}[/]"));
            grid.AddRow(Name("time left"), new Text(job.State == JobState.Running ? Format.Seconds(p.EtaSeconds) : Format.Missing));
        }

        grid.AddRow(Name("watched for"), new Text(Format.Duration(watched)));
        return new Panel(grid)
        {
            Header = new PanelHeader($" {Markup.Escape(What(job))} · {job.Id} "),
            Border = BoxBorder.Rounded,
            BorderStyle = Style.Parse("grey"),
            Padding = new Padding(2, 0),
            Width = Math.Min(MaxWidth, terminalWidth),
        };
    }

    private static string What(Job job) => job.Import is { } import ? $"weights {import.Name}" : $"{job.Resolved.Model} on {job.Resolved.Dataset}";

    private static Text Name(string name) => new(name, new Style(Color.Grey));

    private Markup Bar(JobProgress p)
    {
        var share = p.Steps > 0 ? Math.Clamp((double)p.Step / p.Steps, 0, 1) : 0;
        var filled = (int)(share * BarWidth);
        var (full, empty) = unicode ? ('━', '━') : ('#', '-');
        return new Markup($"[aqua]{new string(full, filled)}[/][grey23]{new string(empty, BarWidth - filled)}[/] {share * 100:0} %");
    }

    // One character for each of BarWidth equal ranges of steps, as high as the last loss in it.
    private string Curve()
    {
        var (low, high) = (losses.Values.DefaultIfEmpty(0).Min(), losses.Values.DefaultIfEmpty(0).Max());
        if (losses.Count < 2 || high - low < 1e-9) return "";
        var last = losses.Keys.Last();
        var columns = new SortedDictionary<long, double>();
        foreach (var (step, loss) in losses) columns[last == 0 ? 0 : step * (BarWidth - 1) / last] = loss;
        return string.Concat(columns.Values.Select(l => Levels[(int)((l - low) / (high - low) * (Levels.Length - 1))]));
    }
}
