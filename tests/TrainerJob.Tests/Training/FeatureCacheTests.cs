using WrnCloud.Datasets;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Training;

/// <summary>What a frozen network saw is found again by whoever would see the same, and by nobody else.</summary>
public sealed class FeatureCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-features").FullName;
    private readonly ImageClassifier _network = ImageClassifier.Create(Samples.Spec("WRN-10-1"), 3, 0, 5);
    private readonly LabelledImages _images = Samples.Images(150, 3, 9);
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public FeatureCacheTests() => _network.eval();

    public void Dispose()
    {
        _scope.Dispose();
        _network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Of_TheSameAgain_IsReadAndHasTheSameBits()
    {
        var (first, looks) = Look();
        var (second, others) = Look();

        Assert.Equal(3, looks);
        Assert.Equal(1, others);
        Assert.Equal(first.Labels, second.Labels);
        Assert.Equal(first.Positions, second.Positions);
        Assert.Equal(first.Features.bytes.ToArray(), second.Features.bytes.ToArray());
    }

    [Fact]
    public void Of_AnotherSeed_ReadsThemInItsOwnOrder()
    {
        Look();
        var (found, looks) = Look(seed: 8);
        var (computed, _) = Look(seed: 8, cached: false);

        Assert.Equal(1, looks);
        Assert.Equal(computed.Positions, found.Positions);
        Assert.True((computed.Features - found.Features).abs().max().item<float>() < 1e-5f);
    }

    [Fact]
    public void NameOf_WhateverDecidesTheFeatures_DecidesTheName()
    {
        var look = new FeatureLook(ScalarType.Float32, 7, TimeProvider.System, null);
        using var other = ImageClassifier.Create(Samples.Spec("WRN-10-1"), 3, 0, 6);
        string[] names =
        [
            FeatureCache.NameOf(_network, _images, Samples.Preprocessor, look),
            FeatureCache.NameOf(other, _images, Samples.Preprocessor, look),
            FeatureCache.NameOf(_network, Samples.Images(150, 3, 10), Samples.Preprocessor, look),
            FeatureCache.NameOf(_network, Samples.Images(149, 3, 9), Samples.Preprocessor, look),
            FeatureCache.NameOf(_network, _images, ChannelPreprocessor.Scaled, look),
            FeatureCache.NameOf(_network, _images, Samples.Preprocessor, look with { Type = ScalarType.BFloat16 }),
        ];

        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void NameOf_ClassifierAndSeed_DoNotMatter()
    {
        var look = new FeatureLook(ScalarType.Float32, 7, TimeProvider.System, null);
        var name = FeatureCache.NameOf(_network, _images, Samples.Preprocessor, look);
        using (no_grad()) _network.Classifier.Weight.add_(1);

        Assert.Equal(name, FeatureCache.NameOf(_network, _images, Samples.Preprocessor, look with { Seed = 8 }));
    }

    [Fact]
    public void Of_DamagedFile_IsLookedAtAnew()
    {
        var (first, _) = Look();
        var file = Assert.Single(Directory.GetFiles(_folder));
        var bytes = File.ReadAllBytes(file);
        bytes[^5] ^= 1;
        File.WriteAllBytes(file, bytes);

        var (second, looks) = Look();

        Assert.Equal(3, looks);
        Assert.Equal(first.Features.bytes.ToArray(), second.Features.bytes.ToArray());
    }

    [Fact]
    public void Of_TimeUpOnTheWay_KeepsNothing()
    {
        using var timeUp = new CancellationTokenSource();
        var (seen, _) = Look(timeUp: timeUp);

        Assert.True(seen.IsPart);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Of_FolderThatCannotBeMade_CostsNothingButTheFile()
    {
        var blocked = Path.Combine(_folder, "file");
        File.WriteAllText(blocked, "no folder");

        var (seen, looks) = Look(folder: Path.Combine(blocked, "cache"));

        Assert.Equal(3, looks);
        Assert.Equal(150, seen.Labels.Length);
    }

    private (FeatureSet Seen, int Looks) Look(long seed = 7, bool cached = true, CancellationTokenSource? timeUp = null, string? folder = null)
    {
        var cache = cached ? new FeatureCache(new LocalCache(folder ?? _folder, TimeProvider.System)) : null;
        var look = new FeatureLook(ScalarType.Float32, seed, TimeProvider.System, cache);
        var looks = 0;
        var until = timeUp?.Token ?? CancellationToken.None;
        var seen = FeatureSet.Of(_network, _images, Samples.Preprocessor, look, Count, CancellationToken.None, until);
        return (seen, looks);

        void Count(FeatureProgress progress)
        {
            looks++;
            timeUp?.Cancel();
        }
    }
}
