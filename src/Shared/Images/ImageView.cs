using System.Runtime.InteropServices;

namespace WrnCloud.Images;

/// <summary>
/// What a network sees of a picture: the largest square of its middle, scaled to <c>Resize×Resize</c>, and of that the middle <c>Crop×Crop</c>.
/// Torchvision's <c>Resize(256), CenterCrop(224)</c> is the view (256, 224).
/// </summary>
/// <param name="Resize">Side of the scaled square in pixels, 1 to 1,024.</param>
/// <param name="Crop">Side of what is kept, at most <paramref name="Resize"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ImageView(int Resize, int Crop)
{
    /// <summary>The whole middle square.</summary>
    public static ImageView Of(int size) => new(size, size);

    /// <inheritdoc/>
    public override string ToString() => Resize == Crop ? $"{Crop}" : $"{Crop}of{Resize}";
}
