using ScottPlot;

namespace WrnCloud.TrainerJob.Reports;

/// <summary>
/// The font of the pictures, a file beside the program: the Skia that comes without dependencies asks no font service,
/// and a container has no fonts. The pictures are so the same on every machine.
/// </summary>
internal static class PlotFont
{
    private const string Family = "report";
    private static readonly Lazy<string> Registered = new(Register);

    /// <summary>DejaVu Sans.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "Reports", "Fonts", "DejaVuSans.ttf");

    /// <summary>The name under which ScottPlot knows it.</summary>
    public static string Name => Registered.Value;

    private static string Register()
    {
        Fonts.AddFontFile(Family, Path, bold: false, italic: false);
        Fonts.AddFontFile(Family, Path, bold: true, italic: false);
        return Family;
    }
}
