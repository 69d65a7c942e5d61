using System.Text.Json;
using WrnCloud.Datasets;
using WrnCloud.Evaluation;
using WrnCloud.Hosting;
using WrnCloud.Images;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Export;

/// <summary>Makes the pictures that come with a version, from its test set where there is one.</summary>
internal static class SampleFiles
{
    private const int Seed = 20160523;
    private const int Digits = 7;

    // Over Pillow's filter, on photographs of ants and bees, the largest was half of that.
    private const double ScaledTolerance = 0.05;
    private const int MostBytes = 2 << 20;

    /// <summary>The files by name, <see cref="SamplePictures.FileName"/> among them; none where the network gives no numbers.</summary>
    /// <param name="images">The test set.</param>
    /// <param name="result">The network on it.</param>
    /// <param name="evaluation">Knows the temperature.</param>
    /// <param name="distance">Knows how far a picture is; null where nothing does.</param>
    /// <param name="originals">
    /// Files of those pictures by their position, as they were pushed; a picture without one is written as what the model sees of it.
    /// </param>
    /// <param name="resize">Side that pictures are scaled to before their middle is cut out; null where the whole middle square is seen.</param>
    public static IReadOnlyDictionary<string, byte[]> Make(
        IImageSet images,
        EvaluationResult result,
        ModelEvaluation evaluation,
        FeatureDistance? distance,
        IReadOnlyDictionary<int, byte[]> originals,
        int? resize)
    {
        var view = new ImageView(resize ?? images.Size, images.Size);
        return Write(images, Choose(images), result, evaluation.Temperature, view, (position, picture) =>
        {
            var isOriginal = originals.TryGetValue(position, out var original) && Gives(original, images.Image(position), view);
            return (isOriginal ? original : null, picture with
            {
                Class = images.Classes[images.Label(position)],
                Distance = Distance(distance, result.Features, position),
                IsScaled = isOriginal,
                Name = position < evaluation.Pictures.Count ? evaluation.Pictures[position].Name : null,
            });
        });
    }

    /// <summary>The same of pictures that show nothing, for a version that there are no others of.</summary>
    /// <param name="noise">The pictures.</param>
    /// <param name="result">The network on them.</param>
    /// <param name="resize">As above.</param>
    public static IReadOnlyDictionary<string, byte[]> OfNoise(IImageSet noise, EvaluationResult result, int? resize) => Write(
        noise,
        [.. Enumerable.Range(0, SamplePictures.Most)],
        result,
        1,
        new ImageView(resize ?? noise.Size, noise.Size),
        (_, picture) => (null, picture));

    private static Dictionary<string, byte[]> Write(
        IImageSet images,
        IReadOnlyList<int> positions,
        EvaluationResult result,
        double temperature,
        ImageView view,
        Func<int, SamplePicture, (byte[]? Original, SamplePicture Picture)> describe)
    {
        var files = new Dictionary<string, byte[]>();
        var pictures = new List<SamplePicture>();
        foreach (var position in positions)
        {
            var probabilities = Probabilities(result.Logits!.Value.Span.Slice(position * images.Classes.Count, images.Classes.Count), temperature);
            if (probabilities.Any(p => !double.IsFinite(p))) return [];
            var (original, picture) = describe(position, new SamplePicture("", null, probabilities));
            var bytes = original ?? Png(images.Image(position), view);
            var file = $"{pictures.Count + 1}.{Extension(bytes)}";
            files[$"{SamplePictures.Folder}/{file}"] = bytes;
            pictures.Add(picture with { File = file });
        }

        var samples = new SamplePictures(pictures, ParityGate.Tolerance, ScaledTolerance);
        files[SamplePictures.FileName] = JsonSerializer.SerializeToUtf8Bytes(samples, WrnJson.Indented);
        return files;
    }

    /// <summary>Positions of the test pictures that are taken: the classes in turn, each class's pictures in a seeded order.</summary>
    public static IReadOnlyList<int> Choose(IImageSet images) =>
    [
        .. EpochOrder.Shuffle(images.Count, Seed, 0)
            .GroupBy(images.Label)
            .SelectMany(g => g.Take(SamplePictures.Most).Select((position, turn) => (position, turn, label: g.Key)))
            .OrderBy(p => p.turn).ThenBy(p => p.label)
            .Take(SamplePictures.Most)
            .Select(p => p.position),
    ];

    // A version is no place for photographs of many megabytes, and a file must be the very picture that was looked at.
    private static bool Gives(byte[] file, ReadOnlySpan<byte> planes, ImageView view)
    {
        try
        {
            return file.Length <= MostBytes && ImagePlanes.Separate(ImageDecoder.Decode(file, view)).AsSpan().SequenceEqual(planes);
        }
        catch (ImageException)
        {
            return false;
        }
    }

    // The formats that the decoder reads, by their first bytes.
    private static string Extension(ReadOnlySpan<byte> file) => file[0] switch { 0xFF => "jpg", (byte)'R' => "webp", _ => "png" };

    private static double[] Probabilities(ReadOnlySpan<float> logits, double temperature)
    {
        var shares = new double[logits.Length];
        var highest = double.NegativeInfinity;
        foreach (var logit in logits) highest = Math.Max(highest, logit);
        for (var c = 0; c < shares.Length; c++) shares[c] = Math.Exp((logits[c] - highest) / temperature);
        var sum = shares.Sum();
        return [.. shares.Select(s => Math.Round(s / sum, Digits))];
    }

    private static double? Distance(FeatureDistance? distance, ImageFeatures? features, int position)
    {
        if (distance is null || features is null || position >= features.Count) return null;
        var one = new ImageFeatures(features.Row(position).ToArray(), [features.Labels[position]], features.Dimension);
        return Math.Round(distance.Of(one)[0], Digits);
    }

    // The model sees the middle of the scaled square, which is all that is kept of a test picture.
    // Around it the edge is repeated, so that the file has the scaled square's size and goes through every step unchanged.
    private static byte[] Png(ReadOnlySpan<byte> planes, ImageView view)
    {
        int side = view.Resize, size = view.Crop, margin = (side - size) / 2;
        var rgb = new byte[side * side * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (y, x) = (Math.Clamp((i / 3 / side) - margin, 0, size - 1), Math.Clamp((i / 3 % side) - margin, 0, size - 1));
            rgb[i] = planes[(i % 3 * size * size) + (y * size) + x];
        }

        return ImageEncoder.Png(rgb, side, side);
    }
}
