using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Images;
using WrnCloud.Models;
using WrnCloud.Onnx;
using WrnCloud.Storage;

namespace WrnCloud.TrainerJob.Export;

/// <summary>Sends a version's sample pictures the whole way, from their files' bytes to probabilities, and compares with what is expected.</summary>
internal static class SampleCheck
{
    private const string Name = "samples";

    // The distance is no probability: its rounding goes with its size.
    private const double DistanceTolerance = 1e-3;

    /// <summary>The check; skipped for versions from before there were samples.</summary>
    /// <param name="folder">Where the version's files lie.</param>
    /// <param name="onnx">The exported model.</param>
    /// <param name="signature">Names what is seen of a picture.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<VerificationCheck> CheckAsync(string folder, byte[] onnx, ModelSignature? signature, CancellationToken cancellationToken)
    {
        if (signature?.Preprocessing is not { } steps) return VerificationCheck.Skip(Name, "the version is older than samples");
        var path = Path.Combine(folder, SamplePictures.FileName);
        if (!File.Exists(path)) return VerificationCheck.Skip(Name, "the version has none");
        try
        {
            var expected = JsonSerializer.Deserialize<SamplePictures>(await File.ReadAllBytesAsync(path, cancellationToken), WrnJson.Compact);
            if (expected?.Pictures is not { Count: > 0 and <= SamplePictures.Most } pictures
                || pictures.Any(p => p is not { File: not null, Probabilities: not null } || !BlobName.IsSegment(p.File)))
                return VerificationCheck.Fail(Name, $"{SamplePictures.FileName} names no pictures");
            using var session = OnnxSessions.Load(onnx, OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            double difference = 0, farthest = 0;
            foreach (var picture in pictures)
            {
                var bytes = await File.ReadAllBytesAsync(Path.Combine(folder, SamplePictures.Folder, picture.File), cancellationToken);
                var (probabilities, distance) = Run(session, ImageDecoder.Decode(bytes, new ImageView(steps.Resize, steps.Crop)), steps.Crop);
                if (probabilities.Length != picture.Probabilities.Count)
                    return VerificationCheck.Fail(Name, $"{picture.File} has {picture.Probabilities.Count} probabilities");
                for (var c = 0; c < probabilities.Length; c++)
                    difference = Math.Max(difference, Math.Abs(probabilities[c] - picture.Probabilities[c]));
                if (picture.Distance is { } wanted) farthest = Math.Max(farthest, Math.Abs((distance ?? double.NaN) - wanted) / Math.Max(1, wanted));
            }

            var detail = $"{pictures.Count} pictures, "
                + $"largest probability difference {difference:0.0e+0} (at most {ParityGate.Tolerance:0e+0}), "
                + $"largest relative difference of a distance {farthest:0.0e+0}";
            return difference <= ParityGate.Tolerance && farthest <= DistanceTolerance
                ? VerificationCheck.Pass(Name, detail)
                : VerificationCheck.Fail(Name, detail);
        }
        catch (Exception e) when (e is JsonException or IOException or ImageException or OnnxRuntimeException or ArgumentException)
        {
            return VerificationCheck.Fail(Name, $"{ErrorCatalogue.ArtifactDamaged.Code}: {e.Message.Split('\n')[0].TrimEnd()}");
        }
    }

    private static (float[] Probabilities, double? Distance) Run(InferenceSession session, byte[] pixels, int size)
    {
        var hasDistance = session.OutputMetadata.ContainsKey(OnnxExporter.DistanceName);
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, size, size, 3]);
        using var run = new RunOptions();
        using var outputs = session.Run(
            run, [OnnxExporter.InputName], [input], hasDistance ? [OnnxExporter.OutputName, OnnxExporter.DistanceName] : [OnnxExporter.OutputName]);
        return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), hasDistance ? outputs[1].GetTensorDataAsSpan<float>()[0] : null);
    }
}
