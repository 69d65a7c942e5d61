using WrnCloud.Images;

namespace WrnCloud.Referee;

/// <summary>PNGs of one colour.</summary>
internal static class Pictures
{
    private const int Size = 4;

    public static byte[] Of(byte red, byte green, byte blue) =>
        ImageEncoder.Png([.. Enumerable.Range(0, Size * Size).SelectMany(_ => new[] { red, green, blue })], Size, Size);
}
