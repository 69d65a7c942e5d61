using SkiaSharp;
using WrnCloud.TrainerJob.Reports;

namespace WrnCloud.TrainerJob.Tests.Reports;

public sealed class PlotFontTests
{
    [Fact]
    public void Path_IsAFontThatComesWithTheProgram()
    {
        Assert.StartsWith(AppContext.BaseDirectory, PlotFont.Path, StringComparison.Ordinal);
        using var face = SKTypeface.FromFile(PlotFont.Path);
        using var font = new SKFont(face);
        Assert.All("step Loss 0123456789.,-+% äé", letter => Assert.True(letter == ' ' || font.ContainsGlyph(letter), $"'{letter}'"));
    }

    /// <summary>Skia itself finds no font here, whatever the system has; so the letters are from the program's own.</summary>
    [Fact]
    public void Draw_WithoutAnyOtherFont_WritesTheClassesNames()
    {
        if (OperatingSystem.IsLinux()) Assert.DoesNotContain(SKFontManager.Default.FontFamilies, family => family.Length > 0);

        Assert.NotEqual(Draw("cat", "dog"), Draw("cow", "dog"));
    }

    private static byte[] Draw(params string[] classes) => ConfusionPicture.Draw(classes, [1, 0, 0, 1]);
}
