using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Export;

public sealed class ModelCardWriterTests(TrainedFixture trained) : IClassFixture<TrainedFixture>
{
    [Fact]
    public void Write_WholeVersion_ShowsPicturesAndEveryClass()
    {
        var sample = trained.Sample;

        var card = ModelCardWriter.Write(
            sample.Job, 4, sample.Model, sample.Evaluation(), new ParityResult(true, 2.5e-6, 1, 30), ["curves.png", "confusion.png"]);

        Assert.StartsWith("# net, version 4\n", card, StringComparison.Ordinal);
        Assert.Contains("(curves.png)", card, StringComparison.Ordinal);
        Assert.Contains("(confusion.png)", card, StringComparison.Ordinal);
        Assert.Contains("2.5e-06, top-1 agreement 100.00 % on 30 images: passed", card, StringComparison.Ordinal);
        foreach (var name in sample.Model.Plan.Test.Classes) Assert.Contains($"| {name} | 10 |", card, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SampleAndNoPictures_SaysSoAndRefersToNone()
    {
        var sample = trained.Sample;

        var card = ModelCardWriter.Write(sample.Job, 4, sample.Model, sample.Evaluation(), new ParityResult(false, 1, 0.5, 2000, Sampled: true), []);

        Assert.Contains("a sample of 2,000 images, because all would have taken over 3 minutes: failed", card, StringComparison.Ordinal);
        Assert.DoesNotContain(".png", card, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FromAPublishedVersion_NamesItAndWhatIsFrozen()
    {
        var sample = trained.Sample;
        var init = new ResolvedInit("base", 3, new string('0', 64), true, Freeze.Group1);
        var job = sample.Job with { Resolved = sample.Job.Resolved with { Init = init } };

        var card = ModelCardWriter.Write(job, 4, sample.Model, sample.Evaluation(), new ParityResult(true, 0, 1, 30), []);

        Assert.Contains("from the weights of `base@3` with a new classifier, frozen up to the group1.", card, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FromPretrainedWeights_SaysWhereTheyAreFrom()
    {
        var sample = trained.Sample;
        var init = new ResolvedInit("resnet18", null, new string('0', 64), true, Freeze.None) { Source = "somewhere, MIT" };
        var job = sample.Job with { Resolved = sample.Job.Resolved with { Init = init } };

        var card = ModelCardWriter.Write(job, 4, sample.Model, sample.Evaluation(), new ParityResult(true, 0, 1, 30), []);

        Assert.Contains("from the weights of `resnet18` (somewhere, MIT) with a new classifier.", card, StringComparison.Ordinal);
    }
}
