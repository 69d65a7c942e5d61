using Microsoft.Extensions.Options;
using WrnCloud.Errors;
using WrnCloud.Evaluation;
using WrnCloud.Images;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Scoring;

namespace WrnCloud.Functions.Scoring;

/// <summary>Pictures in, classes out: decode each, run the good ones as one batch, give each bad one its own error.</summary>
public sealed class Classifier(ModelCache models, TimeProvider clock, IOptions<ScoringOptions> options) : IDisposable
{
    /// <summary>Most pixels, by their headers, of the pictures that are classified together: three pictures of the largest size.</summary>
    public const long MaxPixels = 3L * ImageDecoder.MaxPixels;

    private const int TopClasses = 3;

    // A progressive JPEG keeps its coefficients, 2 bytes for each of 3 channels, beside the decoded RGBA.
    private const int BytesPerPixel = 10;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    // More at once than there are cores would take memory without saving time.
    private readonly SemaphoreSlim _decoding = new(Environment.ProcessorCount);
    private readonly ByteBudget _memory = new((long)options.Value.DecodeMegabytes << 20);

    /// <summary>Classifies for a waiting caller: throws when memory for the model or the pictures is not available in time.</summary>
    /// <exception cref="WrnException"><c>overloaded</c>.</exception>
    public async Task<(IReadOnlyList<PredictResult> Results, PredictTimings Timings)> ClassifySoonAsync(
        ModelVersion version, IReadOnlyList<NamedImage> images, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.WaitSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await RunAsync(version, images, either.Token, cancellationToken);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new WrnException(ErrorCatalogue.Overloaded, "Other predictions are using all the available memory.") { RetryAfter = RetryAfter };
        }
    }

    /// <summary>Returns one result for each picture, in order, and timings.</summary>
    public Task<(IReadOnlyList<PredictResult> Results, PredictTimings Timings)> ClassifyAsync(
        ModelVersion version, IReadOnlyList<NamedImage> images, CancellationToken cancellationToken) =>
        RunAsync(version, images, cancellationToken, cancellationToken);

    // The first token only ends the waits for memory.
    private async Task<(IReadOnlyList<PredictResult> Results, PredictTimings Timings)> RunAsync(
        ModelVersion version, IReadOnlyList<NamedImage> images, CancellationToken waiting, CancellationToken cancellationToken)
    {
        using var lease = await models.UseAsync(version, waiting);
        var start = clock.GetTimestamp();
        var size = lease.Onnx.ImageSize;
        var results = new PredictResult[images.Count];
        var pixels = new byte[images.Count * size * size * 3];
        var good = new List<(int Image, string? Warning)>();
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
                var (decoded, warning) = await DecodeAsync(images[i].Bytes, lease.Onnx.View, waiting);
                decoded.CopyTo(pixels, good.Count * size * size * 3);
                good.Add((i, warning));
            }
            catch (ImageException e)
            {
                results[i] = new PredictResult(images[i].Name, [], new JobReason(e.Error.Code, e.Message));
            }
        }

        var allDecoded = clock.GetTimestamp();
        var (entered, ended) = (allDecoded, allDecoded);
        if (good.Count > 0)
        {
            await lease.EnterRunAsync(cancellationToken);
            try
            {
                entered = clock.GetTimestamp();
                var scored = lease.Onnx.Predict(pixels[..(good.Count * size * size * 3)], good.Count);
                ended = clock.GetTimestamp();
                foreach (var ((image, warning), score) in good.Zip(scored))
                    results[image] = Result(images[image].Name, score, lease.Onnx) with { Warning = warning };
            }
            finally
            {
                lease.ExitRun();
            }
        }

        var timings = new PredictTimings(
            Milliseconds(allDecoded, entered), Milliseconds(start, allDecoded), Milliseconds(entered, ended), good.Count);
        return (results, timings);
    }

    public void Dispose() => _decoding.Dispose();

    private async Task<(byte[] Pixels, string? Warning)> DecodeAsync(ReadOnlyMemory<byte> bytes, ImageView view, CancellationToken waiting)
    {
        using var memory = await _memory.TakeAsync(ImageDecoder.CountPixels(bytes) * BytesPerPixel, waiting);
        await _decoding.WaitAsync(waiting);
        try
        {
            var pixels = ImageDecoder.Decode(bytes, view, ImageLimits.Served, out var isEndMissing);
            return (pixels, isEndMissing ? ImageWarnings.EndMissing : null);
        }
        finally
        {
            _decoding.Release();
        }
    }

    private static PredictResult Result(string name, ScoredImage scored, OnnxModel model)
    {
        var top = Top(scored.Probabilities, model.Classes);
        return new PredictResult(name, top)
        {
            Decision = ConfidenceThreshold.Decide(top[0].Class, top[0].P, model.UnsureBelow),
            Distance = scored.Distance is { } distance && float.IsFinite(distance)
                ? new PictureDistance(Math.Round(distance, 3), Math.Round(FeatureDistance.ShareFarther(model.DistanceQuantiles!, distance), 3))
                : null,
        };
    }

    // Rounded so that a rerun on the same build writes the same bytes.
    private static IReadOnlyList<ClassProbability> Top(float[] probabilities, IReadOnlyList<string> classes) =>
    [
        .. probabilities.Select((p, i) => new ClassProbability(classes[i], i, Math.Round(p, 6)))
            .OrderByDescending(c => c.P).ThenBy(c => c.Index).Take(TopClasses),
    ];

    private double Milliseconds(long from, long to) => Math.Round(clock.GetElapsedTime(from, to).TotalMilliseconds, 3);
}
