using SkiaSharp;
using WrnCloud.Datasets;
using WrnCloud.Evaluation;

namespace WrnCloud.TrainerJob.Reports;

/// <summary>
/// The test pictures that the model is most sure of and wrong about, on one sheet: wrong labels are found here, and what it can't tell apart.
/// </summary>
internal static class MistakesPicture
{
    /// <summary>Most pictures of a sheet.</summary>
    public const int Most = 24;

    private const int Columns = 6;
    private const int Thumbnail = 184;
    private const int Gap = 12;
    private const int LineHeight = 17;
    private const int Lines = 3;
    private const float TextSize = 12.5f;

    /// <summary>The worst mistakes, the surest first.</summary>
    public static IReadOnlyList<PictureAnswer> Worst(ModelEvaluation evaluation) =>
        [.. evaluation.Pictures.Where(p => p.Answer != p.Truth).OrderByDescending(p => p.P).ThenBy(p => p.Position).Take(Most)];

    /// <summary>Draws the sheet as PNG; null where there is no mistake.</summary>
    /// <param name="evaluation">Names the pictures.</param>
    /// <param name="images">The test set.</param>
    public static byte[]? Draw(ModelEvaluation evaluation, IImageSet images)
    {
        var worst = Worst(evaluation);
        if (worst.Count == 0) return null;
        const int Cell = Thumbnail + Gap;
        const int Row = Thumbnail + (Lines * LineHeight) + Gap + 4;
        var columns = Math.Min(Columns, worst.Count);
        var rows = (worst.Count + columns - 1) / columns;
        using var sheet = SKSurface.Create(new SKImageInfo((columns * Cell) + Gap, (rows * Row) + Gap, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var face = SKTypeface.FromFile(PlotFont.Path);
        using var font = new SKFont(face, TextSize) { Subpixel = true };
        sheet.Canvas.Clear(SKColors.White);
        for (var i = 0; i < worst.Count; i++)
            DrawOne(sheet.Canvas, font, worst[i], evaluation.Classes, images, new SKPoint(Gap + (i % columns * Cell), Gap + (i / columns * Row)));
        using var picture = sheet.Snapshot();
        using var png = picture.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static void DrawOne(SKCanvas canvas, SKFont font, PictureAnswer answer, IReadOnlyList<string> classes, IImageSet images, SKPoint at)
    {
        using var thumbnail = Image(images, answer.Position);
        var sampling = images.Size > Thumbnail
            ? new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
            : new SKSamplingOptions(SKFilterMode.Nearest);
        canvas.DrawImage(thumbnail, SKRect.Create(at.X, at.Y, Thumbnail, Thumbnail), sampling);
        string[] lines = [NameOf(answer), $"is {classes[answer.Truth]}", $"said {classes[answer.Answer]}, {answer.P:P1}"];
        SKColor[] colours = [SKColors.Gray, SKColors.Black, new SKColor(0xB0, 0x20, 0x20)];
        using var paint = new SKPaint { IsAntialias = true };
        for (var line = 0; line < lines.Length; line++)
        {
            paint.Color = colours[line];
            canvas.DrawText(Fitting(lines[line], font), at.X, at.Y + Thumbnail + ((line + 1) * LineHeight), SKTextAlign.Left, font, paint);
        }
    }

    // The folders before it are the split and the class, which stands below.
    private static string NameOf(PictureAnswer answer) =>
        answer.Name is { } name ? name[(name.LastIndexOf('/') + 1)..] : $"test image {answer.Position}";

    private static string Fitting(string text, SKFont font)
    {
        if (font.MeasureText(text) <= Thumbnail) return text;
        var kept = text.Length - 1;
        while (kept > 0 && font.MeasureText(text[..kept] + "…") > Thumbnail) kept--;
        return text[..kept] + "…";
    }

    private static SKImage Image(IImageSet images, int position)
    {
        var planes = images.Image(position);
        var plane = images.Size * images.Size;
        var rgba = new byte[4 * plane];
        for (var i = 0; i < plane; i++)
            (rgba[4 * i], rgba[(4 * i) + 1], rgba[(4 * i) + 2], rgba[(4 * i) + 3]) = (planes[i], planes[plane + i], planes[(2 * plane) + i], 255);
        return SKImage.FromPixelCopy(new SKImageInfo(images.Size, images.Size, SKColorType.Rgba8888, SKAlphaType.Opaque), rgba);
    }
}
