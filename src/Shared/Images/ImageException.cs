namespace WrnCloud.Images;

/// <summary>Bytes that should have been an image were refused.</summary>
public sealed class ImageException : Exception
{
    /// <summary>Not an image, or a broken one.</summary>
    public const string Undecodable = "image-undecodable";

    /// <summary>More bytes, pixels or work than the limits allow.</summary>
    public const string TooLarge = "image-too-large";

    /// <summary>An image of a format, or a variant of one, that is not read.</summary>
    public const string Unsupported = "format-unsupported";

    /// <summary>States why the image is refused.</summary>
    /// <param name="code">One of the three codes above.</param>
    /// <param name="message">A sentence with the offending value; nothing of the image's own text.</param>
    public ImageException(string code, string message)
        : base(message) => Code = code;

    /// <summary>The stable code that the API and a batch's error lines carry.</summary>
    public string Code { get; }
}
