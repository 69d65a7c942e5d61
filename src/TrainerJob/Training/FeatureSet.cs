using WrnCloud.Datasets;
using WrnCloud.Evaluation;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>The features of a set of images under a network's present weights. Its tensors belong to the caller's dispose scope.</summary>
/// <param name="Features">N×D float32 on the CPU.</param>
/// <param name="Positions">Where each of the N images stands in its set.</param>
/// <param name="Labels">N labels.</param>
/// <param name="IsPart">Whether the time was up before all images had been seen.</param>
internal sealed record FeatureSet(Tensor Features, IReadOnlyList<int> Positions, long[] Labels, bool IsPart)
{
    /// <summary>The features of the first positions of the set.</summary>
    /// <param name="count">How many positions.</param>
    public FeatureSet First(int count)
    {
        int[] rows = [.. Enumerable.Range(0, Positions.Count).Where(i => Positions[i] < count)];
        using var indices = tensor([.. rows.Select(r => (long)r)]);
        return new FeatureSet(Features.index_select(0, indices), [.. rows.Select(r => Positions[r])], [.. rows.Select(r => Labels[r])], IsPart);
    }

    /// <summary>The first of the features, as many as tell what the training images look like.</summary>
    public ImageFeatures Kept()
    {
        var count = Math.Min(Labels.Length, ImageFeatures.MostImages);
        var values = Features.slice(0, 0, count, 1).contiguous().data<float>().ToArray();
        return new ImageFeatures(values, [.. Labels.Take(count).Select(l => (int)l)], (int)Features.shape[1]);
    }

    /// <summary>Looks at the images, in an order that mixes the classes, so that the part that a time limit leaves has some of each.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="images">The images.</param>
    /// <param name="preprocessor">What is done to them.</param>
    /// <param name="look">How.</param>
    /// <param name="progress">Hears of every batch.</param>
    /// <param name="stop">Ends it with an exception.</param>
    /// <param name="timeUp">Ends it after a batch at least, with what has been seen.</param>
    public static FeatureSet Of(
        ImageClassifier network,
        IImageSet images,
        Preprocessor preprocessor,
        FeatureLook look,
        Action<FeatureProgress> progress,
        CancellationToken stop,
        CancellationToken timeUp)
    {
        using var scope = NewDisposeScope();
        int[] order = EpochOrder.Shuffle(images.Count, look.Seed, 0);
        var batches = order.Chunk(FeatureExtractor.BatchSizeOf(images.Size)).ToList();
        var name = look.Cache is null ? "" : FeatureCache.NameOf(network, images, preprocessor, look);
        if (look.Cache?.Find(name) is { } kept)
        {
            using var rows = tensor([.. order.Select(p => (long)p)]);
            progress(new FeatureProgress(batches.Count, batches.Count, 0, 0));
            return Of(kept.index_select(0, rows), order, images, isPart: false);
        }

        using var extractor = new FeatureExtractor(network, images, preprocessor, look.Type);
        var features = new List<Tensor>();
        var meter = new ThroughputMeter(look.Clock);
        foreach (var positions in batches)
        {
            stop.ThrowIfCancellationRequested();
            if (timeUp.IsCancellationRequested && features.Count > 0) break;
            meter.Start();
            features.Add(extractor.Extract(positions));
            meter.Stop();
            var left = batches.Count - features.Count;
            progress(new FeatureProgress(features.Count, batches.Count, positions.Length / meter.SecondsPerStep, left * meter.SecondsPerStep));
        }

        var seen = Of(cat(features, 0), [.. batches.Take(features.Count).SelectMany(b => b)], images, features.Count < batches.Count);
        if (look.Cache is { } cache && !seen.IsPart) seen.Keep(cache, name);
        return seen;
    }

    private static FeatureSet Of(Tensor features, int[] positions, IImageSet images, bool isPart) =>
        new(features.MoveToOuterDisposeScope(), positions, [.. positions.Select(p => (long)images.Label(p))], isPart);

    // In the images' order, whatever the order in which they were looked at.
    private void Keep(FeatureCache cache, string name)
    {
        using var scope = NewDisposeScope();
        var rows = new long[Positions.Count];
        for (var i = 0; i < rows.Length; i++) rows[Positions[i]] = i;
        cache.Keep(name, Features.index_select(0, tensor(rows)));
    }
}

/// <summary>How images are looked at.</summary>
/// <param name="Type">float32 or bfloat16.</param>
/// <param name="Seed">Decides the order.</param>
/// <param name="Clock">For rates.</param>
/// <param name="Cache">Where features are kept; null to keep none.</param>
internal sealed record FeatureLook(ScalarType Type, long Seed, TimeProvider Clock, FeatureCache? Cache);

/// <summary>How far it is.</summary>
/// <param name="Done">Batches done.</param>
/// <param name="Batches">Batches in all.</param>
/// <param name="ImagesPerSecond">Rate over the last batches.</param>
/// <param name="EtaSeconds">Expected seconds to the last batch.</param>
internal sealed record FeatureProgress(int Done, int Batches, double ImagesPerSecond, double EtaSeconds);
