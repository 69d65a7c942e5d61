using WrnCloud.Architecture;
using WrnCloud.Errors;
using WrnCloud.Jobs;

namespace WrnCloud.Shared.Tests.Jobs;

/// <summary>Runs that do not fit into a machine, and what would.</summary>
public sealed class TrainingMemoryTests
{
    private const long Gigabyte = 1_000_000_000;

    [Fact]
    public void Require_WhatFits_IsNotRefused() => TrainingMemory.Require(Training("ResNet-18", 224, 32), Spec("ResNet-18", 224), 16 * Gigabyte);

    [Theory]
    [InlineData("ResNet-152", 512, 64, 16)]
    [InlineData("WRN-28-10", 32, 4096, 16)]
    public void Require_WhatDoesNotFit_IsRefusedWithWhatWould(string network, int size, int batch, int gigabytes)
    {
        var (training, spec, available) = (Training(network, size, batch), Spec(network, size), gigabytes * Gigabyte);

        var refusal = Assert.Throws<WrnException>(() => TrainingMemory.Require(training, spec, available));

        Assert.Equal(ErrorCatalogue.OutOfMemory, refusal.Error);
        var fits = refusal.Message.Split("What would fit: batches of ")[1];
        var settings = training.Settings with { BatchSize = int.Parse(fits.Split(',', '.')[0]) };
        TrainingMemory.Require(training with { Settings = settings }, spec, available);
        var twice = training with { Settings = settings with { BatchSize = 2 * settings.BatchSize } };
        Assert.Throws<WrnException>(() => TrainingMemory.Require(twice, spec, available));
    }

    [Fact]
    public void Require_NothingFits_SaysSo() =>
        Assert.Contains(
            "larger machine",
            Assert.Throws<WrnException>(() => TrainingMemory.Require(Training("WRN-10-1", 32, 1), Spec("WRN-10-1", 32), 1000)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Of_FrozenLayers_CostTheirWeightsAlone()
    {
        var (spec, settings) = (Spec("ResNet-18", 224), Training("ResNet-18", 224, 32).Settings);
        var whole = TrainingMemory.Of(spec, 10, settings, Freeze.None);
        var frozen = TrainingMemory.Of(spec, 10, settings, Freeze.Group2);
        var head = TrainingMemory.Of(spec, 10, settings, Freeze.Backbone);

        Assert.Equal(whole.Parameters, frozen.Parameters);
        Assert.True(frozen.Activations < whole.Activations / 2);
        Assert.Equal(4 * ((512 * 10) + 10), head.Gradients);
        Assert.True(TrainingMemory.Of(spec, 10, settings with { Method = TrainingMethod.Head }, Freeze.Backbone).Gradients == 0);
    }

    private static NetworkSpec Spec(string name, int size)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out var problem), problem);
        return spec.At(size);
    }

    private static ResolvedTraining Training(string network, int size, int batch) => JobRecords.In(JobState.Queued).Resolved with
    {
        Model = network,
        ImageSize = size,
        Settings = Recipes.Find("fast/shapes10")!.Settings with { BatchSize = batch, Precision = Precision.Fp32 },
    };
}
