using ScottPlot;
using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Reports;

/// <summary>A job's training as a picture: loss, accuracy and learning rate against the optimizer step, one above the other.</summary>
internal static class CurvesPicture
{
    private const int Width = 900;
    private const int Height = 1050;
    private const float LineWidth = 2;

    // Equal for all three, so that a step is at the same place in each; the last tick's text reaches beyond the axis.
    private const float LeftMargin = 70;
    private const float RightMargin = 30;
    private static readonly Color First = Color.FromHex("#1f77b4");
    private static readonly Color Second = Color.FromHex("#d62728");

    /// <summary>Draws the points as PNG.</summary>
    /// <param name="points">The series without seams, in the order of its steps; at least one point.</param>
    /// <param name="evaluatedOn">What the epochs were evaluated on: "test" or "validation".</param>
    /// <param name="hasTop5">Whether there are so many classes that the five best say something.</param>
    public static byte[] Draw(IReadOnlyList<MetricPoint> points, string evaluatedOn = "test", bool hasTop5 = true)
    {
        var picture = new Multiplot();
        picture.AddPlots(3);
        var plots = picture.GetPlots();
        DrawLoss(plots[0], points, evaluatedOn);
        DrawAccuracy(plots[1], points, evaluatedOn, hasTop5);
        Line(plots[2], points, p => p.LearningRate, "learning rate", First, false);
        Label(plots[2], "Learning rate", "learning rate");
        plots[2].HideLegend();
        foreach (var plot in plots)
        {
            plot.XLabel("step");
            plot.Axes.SetLimitsX(0, Math.Max(1, points[^1].Step));
            plot.Axes.Left.MinimumSize = LeftMargin;
            plot.Axes.Right.MinimumSize = RightMargin;
            plot.Font.Set(PlotFont.Name);
        }

        return picture.Render(Width, Height).GetImageBytes(ImageFormat.Png);
    }

    private static void DrawLoss(Plot plot, IReadOnlyList<MetricPoint> points, string evaluatedOn)
    {
        Line(plot, points, p => p.Loss, "training", First, false);
        Line(plot, points, p => p.TestLoss, evaluatedOn, Second, true);
        Label(plot, "Loss (cross entropy)", "loss");
        plot.ShowLegend(Alignment.UpperRight);
    }

    private static void DrawAccuracy(Plot plot, IReadOnlyList<MetricPoint> points, string evaluatedOn, bool hasTop5)
    {
        Line(plot, points, p => p.Top1 * 100, "top-1", First, true);
        if (hasTop5) Line(plot, points, p => p.Top5 * 100, "top-5", Second, true);
        Label(plot, $"Accuracy on the {evaluatedOn} images", "%");
        plot.ShowLegend(Alignment.LowerRight);
    }

    private static void Line(Plot plot, IReadOnlyList<MetricPoint> points, Func<MetricPoint, double?> value, string name, Color color, bool marked)
    {
        var measured = points.Where(p => value(p) is { } v && double.IsFinite(v) && v < double.MaxValue).ToList();
        if (measured.Count == 0) return;
        var line = plot.Add.Scatter(measured.Select(p => (double)p.Step).ToArray(), measured.Select(p => value(p)!.Value).ToArray(), color);
        line.LineWidth = LineWidth;
        line.LegendText = name;

        // A single point is no line: it has to be seen as a point.
        line.MarkerSize = marked || measured.Count == 1 ? 6 : 0;
    }

    private static void Label(Plot plot, string title, string unit)
    {
        plot.Title(title, 16);
        plot.YLabel(unit);
        plot.Axes.Margins(0, 0.1);
    }
}
