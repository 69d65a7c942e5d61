namespace WrnCloud.Evaluation;

/// <summary>
/// How far a picture is from what a model was trained on: the distance of its features to the nearest class's mean.
/// The features are brought to length 1, as pictures without much in them have small ones,
/// and every dimension is measured by its deviation within the classes. Pictures like the training pictures are at about 1.
/// </summary>
public sealed class FeatureDistance
{
    /// <summary>The least length that features are divided by.</summary>
    public const float LeastLength = 1e-6f;

    /// <summary>How many quantiles there are: of every whole percent, both ends included.</summary>
    public const int QuantileCount = 101;

    // A dimension that hardly varies in a few hundred pictures may do so in others.
    private const double Shrinkage = 0.1;

    // The classes that there are pictures of, and how many.
    private readonly int[] _labels;
    private readonly int[] _sizes;

    private FeatureDistance(float[] centre, float[] scale, float[] means, int[] labels, int[] sizes) =>
        (Centre, Scale, Means, _labels, _sizes) = (centre, scale, means, labels, sizes);

    /// <summary>D terms that are subtracted from features of length 1.</summary>
    public ReadOnlyMemory<float> Centre { get; }

    /// <summary>D factors that follow.</summary>
    public ReadOnlyMemory<float> Scale { get; }

    /// <summary>The classes' means after that, K×D: of the classes that there are pictures of.</summary>
    public ReadOnlyMemory<float> Means { get; }

    /// <summary>D.</summary>
    public int Dimension => Centre.Length;

    /// <summary>K.</summary>
    public int MeanCount => _sizes.Length;

    /// <summary>The means and deviations of training pictures; null where they are too few for any.</summary>
    public static FeatureDistance? Fit(ImageFeatures training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var (count, dimension) = (training.Count, training.Dimension);
        var classes = training.Labels.Distinct().Order().ToList();
        if (count <= classes.Count) return null;
        var rows = Enumerable.Range(0, count).Select(i => Unit(training.Row(i))).ToList();
        if (rows.Any(r => !double.IsFinite(r.Sum()))) return null;
        var sums = classes.ToDictionary(c => c, _ => new double[dimension]);
        var sizes = classes.ToDictionary(c => c, c => training.Labels.Count(l => l == c));
        for (var i = 0; i < count; i++)
        {
            var sum = sums[training.Labels[i]];
            for (var d = 0; d < dimension; d++) sum[d] += rows[i][d] / sizes[training.Labels[i]];
        }

        var (centre, variances) = (new double[dimension], new double[dimension]);
        for (var i = 0; i < count; i++)
        {
            var mean = sums[training.Labels[i]];
            for (var d = 0; d < dimension; d++)
            {
                centre[d] += rows[i][d] / count;
                variances[d] += Square(rows[i][d] - mean[d]) / (count - classes.Count);
            }
        }

        var typical = Math.Max(variances.Average(), 1e-12);
        double[] scale = [.. variances.Select(v => 1 / Math.Sqrt(((1 - Shrinkage) * v) + (Shrinkage * typical)))];
        float[] means = [.. classes.SelectMany(c => Enumerable.Range(0, dimension).Select(d => (float)((sums[c][d] - centre[d]) * scale[d])))];
        return new FeatureDistance(
            [.. centre.Select(c => (float)c)], [.. scale.Select(s => (float)s)], means, [.. classes], [.. classes.Select(c => sizes[c])]);
    }

    /// <summary>The distance of each picture.</summary>
    /// <param name="features">Of pictures that the means are not of.</param>
    public IReadOnlyList<double> Of(ImageFeatures features) => Distances(features, leaveOneOut: false);

    /// <summary>The distance of each of the very pictures that this was fitted to, each from the means of the others.</summary>
    public IReadOnlyList<double> OfFitted(ImageFeatures features) => Distances(features, leaveOneOut: true);

    /// <summary>The least distance, that which a hundredth does not reach, and so on up to the greatest; empty where there is none.</summary>
    public static IReadOnlyList<double> Quantiles(IReadOnlyList<double> distances)
    {
        var sorted = distances.Where(double.IsFinite).Order().ToList();
        if (sorted.Count == 0) return [];
        return [.. Enumerable.Range(0, QuantileCount).Select(q => Math.Round(At(sorted, q * (sorted.Count - 1.0) / (QuantileCount - 1)), 6))];
    }

    /// <summary>The share of pictures that are farther than a distance, by their quantiles, 0 to 1.</summary>
    public static double ShareFarther(IReadOnlyList<double> quantiles, double distance)
    {
        ArgumentNullException.ThrowIfNull(quantiles);
        if (distance < quantiles[0]) return 1;
        var above = quantiles.Count(q => q <= distance);
        if (above == quantiles.Count) return 0;
        var (low, high) = (quantiles[above - 1], quantiles[above]);
        return 1 - ((above - 1 + ((distance - low) / (high - low))) / (quantiles.Count - 1));
    }

    private List<double> Distances(ImageFeatures features, bool leaveOneOut)
    {
        var distances = new List<double>(features.Count);
        for (var i = 0; i < features.Count; i++)
        {
            var row = Unit(features.Row(i));
            for (var d = 0; d < row.Length; d++) row[d] = (row[d] - Centre.Span[d]) * Scale.Span[d];
            var nearest = double.PositiveInfinity;
            for (var k = 0; k < _sizes.Length; k++)
            {
                var mean = Means.Span.Slice(k * Dimension, Dimension);
                var sum = 0.0;
                for (var d = 0; d < row.Length; d++) sum += Square(row[d] - mean[d]);
                if (leaveOneOut && _labels[k] == features.Labels[i])
                {
                    // The mean without a picture is farther from it by n / (n − 1).
                    if (_sizes[k] == 1) continue;
                    sum *= Square(_sizes[k] / (_sizes[k] - 1.0));
                }

                nearest = Math.Min(nearest, sum);
            }

            distances.Add(Math.Sqrt(nearest / Dimension));
        }

        return distances;
    }

    private static double[] Unit(ReadOnlySpan<float> features)
    {
        var row = new double[features.Length];
        var sum = 0.0;
        foreach (var value in features) sum += Square(value);
        var length = Math.Max(Math.Sqrt(sum), LeastLength);
        for (var d = 0; d < row.Length; d++) row[d] = features[d] / length;
        return row;
    }

    private static double At(List<double> sorted, double position)
    {
        var first = Math.Min((int)position, sorted.Count - 1);
        var next = Math.Min(first + 1, sorted.Count - 1);
        return sorted[first] + ((position - first) * (sorted[next] - sorted[first]));
    }

    private static double Square(double value) => value * value;
}
