using ScottPlot;
using WrnCloud.Evaluation;

namespace WrnCloud.TrainerJob.Reports;

/// <summary>
/// How often the answers of each probability are right, on the test set: as the network gives them and as they are published.
/// On the diagonal they are as good as they say; below it they promise too much.
/// </summary>
internal static class ReliabilityPicture
{
    private const int Side = 640;
    private static readonly Color Before = Color.FromHex("#9aa5b1");
    private static readonly Color After = Color.FromHex("#1f77b4");

    /// <summary>Draws the diagram as PNG.</summary>
    public static byte[] Draw(ModelEvaluation evaluation)
    {
        var test = evaluation.Test;
        using var plot = new Plot();
        var diagonal = plot.Add.Line(0, 0, 1, 1);
        diagonal.Color = Colors.Black.WithAlpha(0.4);
        diagonal.LinePattern = LinePattern.Dashed;
        if (evaluation.Temperature != 1) Add(plot, test.CalibrationBefore, "without the temperature", Before);
        Add(plot, test.Calibration, evaluation.Temperature == 1 ? "as published" : $"as published, temperature {evaluation.Temperature:0.00}", After);
        plot.Title($"Reliability on {test.Images:N0} test images", 16);
        plot.XLabel("probability of the answer");
        plot.YLabel("share that is right");
        plot.Axes.SetLimits(0, 1.02, 0, 1.02);
        plot.ShowLegend(Alignment.UpperLeft);
        plot.Font.Set(PlotFont.Name);
        return plot.GetImage(Side, Side).GetImageBytes(ImageFormat.Png);
    }

    // A dot's area goes with its answers, so that a bin of three is not read like one of three hundred.
    private static void Add(Plot plot, CalibrationFigures figures, string name, Color color)
    {
        var bins = figures.Bins.Where(b => b.Images > 0).ToList();
        var images = Math.Max(1, bins.Sum(b => b.Images));
        var line = plot.Add.ScatterLine(bins.Select(b => b.Confidence!.Value).ToArray(), bins.Select(b => b.Accuracy!.Value).ToArray(), color);
        line.LineWidth = 1.5f;
        line.LegendText = $"{name}: error {figures.Error:P1}";
        foreach (var bin in bins)
            plot.Add.Marker(
                bin.Confidence!.Value,
                bin.Accuracy!.Value,
                MarkerShape.FilledCircle,
                4 + (26 * (float)Math.Sqrt((double)bin.Images / images)),
                color);
    }
}
