using System.Runtime.InteropServices;
using System.Security.Cryptography;
using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>A fitted whitening on disk: matrix, shift, and the SHA-256 of both. A file that is not whole is fitted anew.</summary>
internal static class ZcaFile
{
    private const int FloatBytes = ((ZcaPreprocessor.Features * ZcaPreprocessor.Features) + ZcaPreprocessor.Features) * sizeof(float);
    private const int HashBytes = SHA256.HashSizeInBytes;

    public static ZcaPreprocessor LoadOrFit(string path, IImageSet train, CancellationToken cancellationToken)
    {
        if (TryLoad(path) is { } kept) return kept;
        var fitted = ZcaPreprocessor.Fit(train, cancellationToken);
        Save(path, fitted);
        return fitted;
    }

    /// <summary>The whitening, or null when there is none or it is damaged.</summary>
    public static ZcaPreprocessor? TryLoad(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes.Length != FloatBytes + HashBytes) return null;
            if (!SHA256.HashData(bytes.AsSpan(0, FloatBytes)).AsSpan().SequenceEqual(bytes.AsSpan(FloatBytes))) return null;
            ReadOnlySpan<float> floats = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(0, FloatBytes));
            return new ZcaPreprocessor(floats[..^ZcaPreprocessor.Features].ToArray(), floats[^ZcaPreprocessor.Features..].ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a whitening, or does nothing where it can't: that costs time, not the run.</summary>
    public static void Save(string path, ZcaPreprocessor fitted)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var bytes = new byte[FloatBytes + HashBytes];
            var floats = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(0, FloatBytes));
            fitted.Matrix.Span.CopyTo(floats);
            fitted.Shift.Span.CopyTo(floats[^ZcaPreprocessor.Features..]);
            SHA256.HashData(bytes.AsSpan(0, FloatBytes)).CopyTo(bytes.AsSpan(FloatBytes));
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
        }
    }
}
