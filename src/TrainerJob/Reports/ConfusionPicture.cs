using ScottPlot;
using ScottPlot.Colormaps;

namespace WrnCloud.TrainerJob.Reports;

/// <summary>A confusion matrix as a picture: each row shows what the images of one class were taken for.</summary>
internal static class ConfusionPicture
{
    /// <summary>Most classes whose names and counts are written; above that only the colours are legible.</summary>
    public const int MaxLabelled = 20;

    private const int Cell = 44;
    private const int Margin = 210;
    private const int HeatMapSide = 900;
    private const int LetterWidth = 8;

    /// <summary>Draws the matrix as PNG; a cell's colour is its share of its row.</summary>
    /// <param name="classes">Class names by index, at least one.</param>
    /// <param name="confusion">Classes×classes counts, row-major: row the label, column the prediction.</param>
    public static byte[] Draw(IReadOnlyList<string> classes, IReadOnlyList<int> confusion)
    {
        var count = classes.Count;
        using var plot = new Plot();
        var shares = Shares(count, confusion);
        var map = plot.Add.Heatmap(shares);
        map.Colormap = new Blues().Reversed();
        map.ManualRange = new ScottPlot.Range(0, 1);
        var scale = plot.Add.ColorBar(map).Axis;
        scale.SetTicks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"]);
        plot.Title("Confusion on the test set (colour: share of the row)", 16);
        plot.XLabel("predicted");
        plot.YLabel("label");
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, count - 0.5, -0.5, count - 0.5);
        if (count <= MaxLabelled) Write(plot, classes, confusion, shares);
        else Number(plot, count);
        plot.Font.Set(PlotFont.Name);

        // Neither the scale nor the counts are among what that reaches.
        scale.TickLabelStyle.FontName = PlotFont.Name;
        var side = count <= MaxLabelled ? Margin + (Cell * Math.Max(count, 6)) : HeatMapSide;
        return plot.GetImage(side + 110, side).GetImageBytes(ImageFormat.Png);
    }

    private static double[,] Shares(int count, IReadOnlyList<int> confusion)
    {
        var shares = new double[count, count];
        for (var truth = 0; truth < count; truth++)
        {
            var total = Enumerable.Range(0, count).Sum(p => (long)confusion[(truth * count) + p]);
            for (var predicted = 0; predicted < count; predicted++)
                shares[truth, predicted] = total == 0 ? 0 : (double)confusion[(truth * count) + predicted] / total;
        }

        return shares;
    }

    private static void Write(Plot plot, IReadOnlyList<string> classes, IReadOnlyList<int> confusion, double[,] shares)
    {
        var count = classes.Count;
        for (var truth = 0; truth < count; truth++)
        {
            for (var predicted = 0; predicted < count; predicted++)
            {
                if (confusion[(truth * count) + predicted] == 0) continue;

                // The first row is drawn at the top, where the axis has its highest value.
                var text = plot.Add.Text(confusion[(truth * count) + predicted].ToString(), predicted, count - 1 - truth);
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontSize = 12;
                text.LabelFontName = PlotFont.Name;
                text.LabelFontColor = shares[truth, predicted] > 0.5 ? Colors.White : Colors.Black;
            }
        }

        var positions = Enumerable.Range(0, count).Select(i => (double)i).ToArray();
        var names = classes.Select(Short).ToArray();
        plot.Axes.Bottom.SetTicks(positions, names);
        plot.Axes.Bottom.MinimumSize = 40 + (LetterWidth * names.Max(n => n.Length));
        plot.Axes.Bottom.TickLabelStyle.Rotation = -90;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
        plot.Axes.Left.SetTicks([.. positions.Reverse()], names);
    }

    private static void Number(Plot plot, int count)
    {
        const int Ticks = 10;
        var every = Math.Max(1, count / Ticks);
        var shown = Enumerable.Range(0, count).Where(i => i % every == 0).ToArray();
        plot.Axes.Bottom.SetTicks([.. shown.Select(i => (double)i)], [.. shown.Select(i => i.ToString())]);
        plot.Axes.Left.SetTicks([.. shown.Select(i => count - 1.0 - i)], [.. shown.Select(i => i.ToString())]);
    }

    private static string Short(string name) => name.Length <= 14 ? name : name[..13] + "…";
}
