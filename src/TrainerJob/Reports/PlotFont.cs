using ScottPlot;

namespace WrnCloud.TrainerJob.Reports;

/// <summary>
/// The font of the pictures. The Skia that comes without dependencies asks no font service, so that on Linux a font file has to be found for it.
/// </summary>
internal static class PlotFont
{
    internal static readonly string[] Folders = ["/usr/share/fonts", "/usr/local/share/fonts"];

    // Wide coverage first; whichever is there writes Latin letters and digits.
    private static readonly string[] Preferred = ["DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf"];

    private static readonly Lazy<string> Found = new(() => OperatingSystem.IsLinux() ? Register(FindFile(Folders)) : Fonts.Default);

    /// <summary>The name under which ScottPlot knows it.</summary>
    public static string Name => Found.Value;

    /// <summary>A font file below these folders: a preferred one, else the first by path; null when there is none.</summary>
    internal static string? FindFile(IEnumerable<string> folders)
    {
        var files = folders.Where(Directory.Exists).SelectMany(f => Directory.EnumerateFiles(f, "*.ttf", SearchOption.AllDirectories)).Order(StringComparer.Ordinal).ToList();
        return Preferred.Select(name => files.FirstOrDefault(f => Path.GetFileName(f) == name)).FirstOrDefault(f => f is not null) ?? files.FirstOrDefault();
    }

    private static string Register(string? file)
    {
        const string Family = "report";
        if (file is null) return Fonts.Default;
        Fonts.AddFontFile(Family, file, bold: false, italic: false);
        Fonts.AddFontFile(Family, file, bold: true, italic: false);
        return Family;
    }
}
