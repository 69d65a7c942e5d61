using System.Globalization;
using WrnCloud.Architecture;
using WrnCloud.Errors;

namespace WrnCloud.Jobs;

/// <summary>The memory that a run needs, checked against what a machine has.</summary>
public static class TrainingMemory
{
    // As many images as the features of a frozen network are computed of at a time, at the most.
    private const int FeatureBatch = 64;
    private const int Half = 2;
    private const int Single = 4;

    private static readonly string[] Photographic = ["ResNet-101", "ResNet-50", "ResNet-34", "ResNet-18"];
    private static readonly string[] Small = ["WRN-28-10", "WRN-16-8", "WRN-16-4", "WRN-16-2", "WRN-10-1"];

    /// <summary>The estimate; with <see cref="Precision.Auto"/> for the larger precision.</summary>
    public static MemoryEstimate Of(NetworkSpec spec, int classes, TrainingSettings settings, Freeze freeze)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(settings);
        var bytes = settings.Precision == Precision.Bf16 ? Half : Single;
        return settings.Method == TrainingMethod.Head
            ? MemoryEstimate.ForInference(spec, classes, FeatureBatch, bytes)
            : MemoryEstimate.ForTraining(spec, classes, settings.BatchSize, bytes, settings.Dropout > 0, settings.EmaDecay > 0, IsFrozen(freeze));
    }

    /// <summary>
    /// Refuses a run that can't fit, before its first step. The estimate's slack is left out: what is refused would certainly have failed.
    /// </summary>
    /// <param name="training">The run.</param>
    /// <param name="spec">Its network, for its image size.</param>
    /// <param name="available">Bytes that there are.</param>
    /// <exception cref="WrnException"><c>out-of-memory</c>, with what would fit.</exception>
    public static void Require(ResolvedTraining training, NetworkSpec spec, long available)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(spec);
        var freeze = training.Init?.Freeze ?? Freeze.None;
        var needed = Needed(spec, training.Settings);
        if (needed <= available) return;
        var batches = $"batches of {training.Settings.BatchSize} images of {spec.ImageSize}×{spec.ImageSize}";
        var what = $"{spec.Name} with {batches} needs about {Gigabytes(needed)} to train";
        var fits = string.Join(", or ", WhatFits());
        var advice = fits.Length > 0 ? $"What would fit: {fits}." : "Nothing of this network would fit; use a larger machine.";
        throw new WrnException(ErrorCatalogue.OutOfMemory, $"{what}; there are {Gigabytes(available)}. {advice}");

        long Needed(NetworkSpec network, TrainingSettings settings)
        {
            var estimate = Of(network, training.Classes, settings, freeze);
            return estimate.Total - estimate.Slack;
        }

        IEnumerable<string> WhatFits()
        {
            for (var batch = training.Settings.BatchSize / 2; batch >= 1; batch /= 2)
            {
                if (Needed(spec, training.Settings with { BatchSize = batch }) > available) continue;
                yield return $"batches of {batch}";
                break;
            }

            for (var size = spec.ImageSize - spec.SizeStep; spec.Takes(size); size -= spec.SizeStep)
            {
                if (Needed(spec.At(size), training.Settings) > available) continue;
                yield return $"images of {size}×{size}";
                break;
            }

            // Weights to start from are of one network.
            if (training.Init is null && Smaller(spec).FirstOrDefault(s => Needed(s, training.Settings) <= available) is { } other)
                yield return other.Name;
        }
    }

    private static IEnumerable<NetworkSpec> Smaller(NetworkSpec spec)
    {
        foreach (var name in spec is ImageNetResNetSpec ? Photographic : Small)
        {
            if (!NetworkSpec.TryParse(name, out var named, out _) || !named.Takes(spec.ImageSize)) continue;
            var other = named.At(spec.ImageSize);
            if (other.MultiplyAccumulates(2) < spec.MultiplyAccumulates(2)) yield return other;
        }
    }

    // By the names of the layers; what follows the groups, and a fourth group, belong to the backbone's end, and the classifier is always trained.
    private static Func<NetworkLayer, bool>? IsFrozen(Freeze freeze)
    {
        if (freeze == Freeze.None) return null;
        return layer => layer.Kind != LayerKind.Classifier && StageOf(layer.Name) <= freeze;
    }

    private static Freeze StageOf(string name) => name switch
    {
        _ when name.StartsWith("group1.", StringComparison.Ordinal) || name.StartsWith("layer1.", StringComparison.Ordinal) => Freeze.Group1,
        _ when name.StartsWith("group2.", StringComparison.Ordinal) || name.StartsWith("layer2.", StringComparison.Ordinal) => Freeze.Group2,
        _ when name.StartsWith("group3.", StringComparison.Ordinal) || name.StartsWith("layer3.", StringComparison.Ordinal) => Freeze.Group3,
        "conv1" or "bn1" or "maxpool" => Freeze.Stem,
        _ => Freeze.Backbone,
    };

    private static string Gigabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");
}
