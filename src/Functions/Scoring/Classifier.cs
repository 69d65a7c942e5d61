using WrnCloud.Images;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Scoring;

namespace WrnCloud.Functions.Scoring;

/// <summary>Pictures in, classes out: decode each, run the good ones as one batch, give each bad one its own error.</summary>
public sealed class Classifier(ModelCache models, TimeProvider clock)
{
    private const int TopClasses = 3;

    /// <summary>One result for each picture, in order, and where the time went.</summary>
    public async Task<(IReadOnlyList<PredictResult> Results, PredictTimings Timings)> ClassifyAsync(
        ModelVersion version, IReadOnlyList<NamedImage> images, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        using var lease = await models.UseAsync(version, cancellationToken);
        var queued = clock.GetTimestamp();
        var size = lease.Onnx.ImageSize;
        var results = new PredictResult[images.Count];
        var pixels = new byte[images.Count * size * size * 3];
        var good = new List<int>();
        for (var i = 0; i < images.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (images[i].Error is { } error)
            {
                results[i] = new PredictResult(images[i].Name, [], error);
                continue;
            }

            try
            {
                ImageDecoder.Decode(images[i].Bytes, size).CopyTo(pixels, good.Count * size * size * 3);
                good.Add(i);
            }
            catch (ImageException e)
            {
                results[i] = new PredictResult(images[i].Name, [], new JobReason(e.Error.Code, e.Message));
            }
        }

        var decoded = clock.GetTimestamp();
        if (good.Count > 0)
        {
            var probabilities = lease.Onnx.Predict(pixels[..(good.Count * size * size * 3)], good.Count);
            for (var j = 0; j < good.Count; j++)
                results[good[j]] = new PredictResult(images[good[j]].Name, Top(probabilities[j], lease.Onnx.Classes));
        }

        var timings = new PredictTimings(
            Milliseconds(start, queued), Milliseconds(queued, decoded), Milliseconds(decoded, clock.GetTimestamp()), good.Count);
        return (results, timings);
    }

    // Rounded so that a rerun on the same build writes the same bytes.
    private static IReadOnlyList<ClassProbability> Top(float[] probabilities, IReadOnlyList<string> classes) =>
    [
        .. probabilities.Select((p, i) => new ClassProbability(classes[i], i, Math.Round(p, 6)))
            .OrderByDescending(c => c.P).ThenBy(c => c.Index).Take(TopClasses),
    ];

    private double Milliseconds(long from, long to) => Math.Round(clock.GetElapsedTime(from, to).TotalMilliseconds, 3);
}
