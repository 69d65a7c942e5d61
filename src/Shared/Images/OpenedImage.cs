using SkiaSharp;
using WrnCloud.Errors;

namespace WrnCloud.Images;

/// <summary>A file whose container and header were judged, ready to be decoded.</summary>
internal sealed class OpenedImage : IDisposable
{
    private readonly SKData _data;

    private OpenedImage(SKData data, SKCodec codec, SKEncodedImageFormat format, SKEncodedOrigin origin) =>
        (_data, Codec, Format, Origin) = (data, codec, format, origin);

    public SKCodec Codec { get; }

    public SKEncodedImageFormat Format { get; }

    /// <summary>Which way up the picture is.</summary>
    public SKEncodedOrigin Origin { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="ImageException">It is too large, broken or of another format; no pixel was decoded.</exception>
    public static OpenedImage Of(ReadOnlyMemory<byte> file)
    {
        if (file.Length > ImageDecoder.MaxBytes) throw new ImageException(ErrorCatalogue.ImageTooLarge, $"The image has {file.Length} bytes; at most {ImageDecoder.MaxBytes} are read.");
        var encoded = EncodedImage.Open(file.Span);
        var data = SKData.CreateCopy(encoded.Bytes);
        SKCodec? codec = null;
        try
        {
            codec = SKCodec.Create(data) ?? throw Broken("its header cannot be read");
            if (codec.EncodedFormat != encoded.Format) throw Broken("its header contradicts itself");
            EncodedImage.RequireModestSize(codec.Info.Width, codec.Info.Height);
            if (codec.FrameCount > 1) throw new ImageException(ErrorCatalogue.FormatUnsupported, "The image is animated; only still images are read.");
            return new OpenedImage(data, codec, encoded.Format, encoded.Orientation ?? codec.EncodedOrigin);
        }
        catch
        {
            codec?.Dispose();
            data.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Codec.Dispose();
        _data.Dispose();
    }

    private static ImageException Broken(string why) => new(ErrorCatalogue.ImageUndecodable, $"The image is broken: {why}.");
}
