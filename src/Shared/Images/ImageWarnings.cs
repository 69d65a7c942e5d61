namespace WrnCloud.Images;

/// <summary>Sentences on pictures that were read, and are not as they should be.</summary>
public static class ImageWarnings
{
    /// <summary>The file lacks its end mark, and nothing before it.</summary>
    public const string EndMissing = "The file ends without its end mark, as if it had been cut off; all pixels are there.";
}
