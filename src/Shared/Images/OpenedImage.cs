using System.Buffers;
using SkiaSharp;
using WrnCloud.Errors;

namespace WrnCloud.Images;

/// <summary>A file whose container and header were judged, ready to be decoded.</summary>
internal sealed class OpenedImage : IDisposable
{
    private readonly MemoryHandle _memory;
    private readonly SKData _data;

    private OpenedImage(EncodedImage encoded, MemoryHandle memory, SKData data, SKCodec codec)
    {
        (_memory, _data, Codec) = (memory, data, codec);
        (Format, Bytes, IsEndMissing) = (encoded.Format, encoded.Bytes, encoded.IsEndMissing);
        Origin = encoded.Orientation ?? codec.EncodedOrigin;
    }

    public SKCodec Codec { get; }

    public SKEncodedImageFormat Format { get; }

    /// <summary>The bytes that the decoder is given.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether the file lacks its end mark, which the decoder is given.</summary>
    public bool IsEndMissing { get; }

    /// <summary>Which way up the picture is.</summary>
    public SKEncodedOrigin Origin { get; }

    /// <summary>Opens a file, whose bytes are not copied: they stay where they are until this is disposed of.</summary>
    /// <exception cref="ImageException">It is too large, broken or of another format; no pixel was decoded.</exception>
    public static unsafe OpenedImage Of(ReadOnlyMemory<byte> file, ImageLimits limits)
    {
        if (file.Length > limits.MaxBytes)
            throw new ImageException(ErrorCatalogue.ImageTooLarge, $"The image has {file.Length} bytes; at most {limits.MaxBytes} are read.");
        var encoded = EncodedImage.Open(file);
        var memory = encoded.Bytes.Pin();
        SKData? data = null;
        SKCodec? codec = null;
        try
        {
            data = SKData.Create((IntPtr)memory.Pointer, encoded.Bytes.Length);
            codec = SKCodec.Create(data) ?? throw Broken("its header cannot be read");
            if (codec.EncodedFormat != encoded.Format) throw Broken("its header contradicts itself");
            var maxPixels = encoded.Format == SKEncodedImageFormat.Jpeg ? limits.MaxPixels : Math.Min(limits.MaxPixels, ImageDecoder.MaxPixels);
            EncodedImage.RequireValidSize(codec.Info.Width, codec.Info.Height, maxPixels);
            if (codec.FrameCount > 1)
                throw new ImageException(ErrorCatalogue.FormatUnsupported, "The image is animated; only still images are read.");
            return new OpenedImage(encoded, memory, data, codec);
        }
        catch
        {
            codec?.Dispose();
            data?.Dispose();
            memory.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Codec.Dispose();
        _data.Dispose();
        _memory.Dispose();
    }

    private static ImageException Broken(string why) => new(ErrorCatalogue.ImageUndecodable, $"The image is broken: {why}.");
}
