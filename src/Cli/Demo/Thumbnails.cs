using Spectre.Console;
using Spectre.Console.Rendering;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Demo;

/// <summary>Images on the terminal: two pixels in each character, an upper half block on a background colour; every second pixel dropped.</summary>
internal static class Thumbnails
{
    private const int Side = 32;
    private const int Plane = Side * Side;
    private const int Step = 2;

    /// <summary>Shows the first images, side by side, with their classes below.</summary>
    public static IRenderable Of(LabelledImages images, int count)
    {
        var grid = new Grid();
        count = Math.Min(count, images.Count);
        for (var i = 0; i < count; i++) grid.AddColumn(new GridColumn().NoWrap().Width(Side / Step).PadRight(1));
        grid.AddRow([.. Enumerable.Range(0, count).Select(i => Draw(images, i))]);
        grid.AddRow([.. Enumerable.Range(0, count).Select(i => new Text(images.Classes[images.Labels[i]], new Style(Color.Grey)))]);
        return grid;
    }

    private static Paragraph Draw(LabelledImages images, int index)
    {
        var planes = DemoData.Planes(images, index);
        var picture = new Paragraph();
        for (var row = 0; row < Side; row += 2 * Step)
        {
            for (var column = 0; column < Side; column += Step)
                picture.Append("▀", new Style(Pixel(planes, row, column), Pixel(planes, row + Step, column)));
            if (row + (2 * Step) < Side) picture.Append("\n");
        }

        return picture;
    }

    private static Color Pixel(ReadOnlySpan<byte> planes, int row, int column)
    {
        var at = (row * Side) + column;
        return new Color(planes[at], planes[Plane + at], planes[(2 * Plane) + at]);
    }
}
