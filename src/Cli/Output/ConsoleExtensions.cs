using System.Runtime.CompilerServices;
using System.Text.Json;
using Spectre.Console;
using WrnCloud.Hosting;

namespace WrnCloud.Cli.Output;

internal static class ConsoleExtensions
{
    /// <summary>Writes the API's response, for programs to read.</summary>
    public static void WriteJson<T>(this CliContext context, T value) => context.Data.WriteLine(JsonSerializer.Serialize(value, WrnJson.Indented));

    /// <summary>Writes markup whose interpolated values are escaped, so that neither markup nor control characters in them take effect.</summary>
    public static void Say(this IAnsiConsole console, FormattableString line)
    {
        object?[] shown = [.. line.GetArguments().Select(a => a is string text ? Clean(text) : a)];
        console.MarkupLineInterpolated(FormattableStringFactory.Create(line.Format, shown));
    }

    /// <summary>The text with "?" in place of control characters except line ends: names from older versions may have them.</summary>
    public static string Clean(string text) =>
        text.Any(IsObeyed) ? string.Concat(text.Select(c => IsObeyed(c) ? '?' : c)) : text;

    /// <summary>A table in this program's style.</summary>
    public static Table NewTable(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns) table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))).NoWrap());
        return table;
    }

    /// <summary>A two-column list of names and values.</summary>
    public static Grid NewFacts(params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        foreach (var (name, value) in facts)
        {
            if (value is not null) grid.AddRow(new Text(name, new Style(Color.Grey)), new Text(Clean(value)));
        }

        return grid;
    }

    /// <summary>A row of plain text cells.</summary>
    public static void AddTexts(this Table table, params string[] cells) => table.AddRow([.. cells.Select(c => new Text(Clean(c)))]);

    private static bool IsObeyed(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');
}
