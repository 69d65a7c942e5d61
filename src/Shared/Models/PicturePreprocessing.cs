namespace WrnCloud.Models;

/// <summary>The steps, in this order, that prepare a picture for an exported model. Normalisation is inside the model.</summary>
/// <param name="Orientation">The first step: how the picture is turned upright.</param>
/// <param name="Colour">The second: the colour format of its pixels.</param>
/// <param name="Square">The third: the square that is cut out of it.</param>
/// <param name="Resize">The fourth: the side that the square is scaled to, in pixels.</param>
/// <param name="Filter">How it is scaled.</param>
/// <param name="Crop">The last: the side of the middle square that is kept, in pixels.</param>
/// <param name="Layout">Order of the bytes: pictures, rows from the top, columns from the left, channels.</param>
/// <param name="Type">The type of each value.</param>
public sealed record PicturePreprocessing(
    string Orientation, string Colour, string Square, int Resize, string Filter, int Crop, string Layout, string Type)
{
    /// <summary>The steps that this project's decoder takes for data sets, predictions and batches.</summary>
    /// <param name="resize">Side that the square is scaled to.</param>
    /// <param name="crop">Side that is kept.</param>
    public static PicturePreprocessing Of(int resize, int crop) => new(
        "as EXIF tag 274 says",
        "RGB of 8 bits; transparent pixels over white, grey in all three channels, colour profiles ignored",
        "the largest, from the middle",
        resize,
        "antialiased: trilinear over a mipmap where it shrinks, bilinear where it grows, nothing where the square has this side",
        crop,
        "NHWC",
        "uint8");
}
