using System.Text.Json;
using WrnCloud.Datasets;
using WrnCloud.Evaluation;
using WrnCloud.Hosting;
using WrnCloud.Images;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Export;

/// <summary>Makes the pictures that come with a version, from its test set.</summary>
internal static class SampleFiles
{
    private const int Seed = 20160523;
    private const int Digits = 7;

    /// <summary>The files by name, <see cref="SamplePictures.FileName"/> among them; none where the network gives no numbers.</summary>
    /// <param name="images">The test set.</param>
    /// <param name="result">The network on it.</param>
    /// <param name="evaluation">Knows the temperature.</param>
    /// <param name="distance">Knows how far a picture is; null where nothing does.</param>
    /// <param name="resize">Side that pictures are scaled to before their middle is cut out; null where the whole middle square is seen.</param>
    public static IReadOnlyDictionary<string, byte[]> Make(
        IImageSet images, EvaluationResult result, ModelEvaluation evaluation, FeatureDistance? distance, int? resize)
    {
        var view = new ImageView(resize ?? images.Size, images.Size);
        var files = new Dictionary<string, byte[]>();
        var pictures = new List<SamplePicture>();
        foreach (var position in Choose(images))
        {
            var probabilities = Probabilities(result.Logits!.Value.Span.Slice(position * images.Classes.Count, images.Classes.Count), evaluation.Temperature);
            if (probabilities.Any(p => !double.IsFinite(p))) return new Dictionary<string, byte[]>();
            var file = $"{pictures.Count + 1}.png";
            var name = position < evaluation.Pictures.Count ? evaluation.Pictures[position].Name : null;
            files[$"{SamplePictures.Folder}/{file}"] = Png(images.Image(position), view);
            pictures.Add(new SamplePicture(file, images.Classes[images.Label(position)], probabilities, Distance(distance, result.Features, position), name));
        }

        files[SamplePictures.FileName] = JsonSerializer.SerializeToUtf8Bytes(new SamplePictures(pictures, ParityGate.Tolerance), WrnJson.Indented);
        return files;
    }

    // The classes in turn, each picture drawn by the seed.
    private static IEnumerable<int> Choose(IImageSet images) => EpochOrder.Shuffle(images.Count, Seed, 0)
        .GroupBy(images.Label)
        .SelectMany(g => g.Take(SamplePictures.Most).Select((position, turn) => (position, turn, label: g.Key)))
        .OrderBy(p => p.turn).ThenBy(p => p.label)
        .Take(SamplePictures.Most)
        .Select(p => p.position);

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

    // The model sees the middle of the scaled square, which is all that is kept of a test picture. Around it the edge is repeated, so that the file has the
    // scaled square's size and goes through every step unchanged.
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
