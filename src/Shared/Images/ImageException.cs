using WrnCloud.Errors;

namespace WrnCloud.Images;

/// <summary>Bytes that should have been an image were refused.</summary>
/// <param name="error">
/// One of <see cref="ErrorCatalogue.ImageUndecodable"/>,
/// <see cref="ErrorCatalogue.ImageTooLarge"/> and <see cref="ErrorCatalogue.FormatUnsupported"/>.
/// </param>
/// <param name="message">A sentence with the offending value; nothing of the image's own text.</param>
public sealed class ImageException(ErrorCode error, string message) : Exception(message)
{
    /// <summary>The kind of error, for the API and a batch's error lines.</summary>
    public ErrorCode Error { get; } = error;

    /// <summary>The error's stable code.</summary>
    public string Code => Error.Code;
}
