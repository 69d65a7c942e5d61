using System.Runtime.InteropServices;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Weights;
using WrnCloud.Weights;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Interop;

/// <summary>torchvision as the referee of what is imported: its networks, saved by PyTorch, compute here what they compute there.</summary>
[Trait("Category", "Slow")]
public sealed class TorchvisionTests : IDisposable
{
    private const double Tolerance = 1e-4;
    private const int Size = 64;
    private const int Images = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-torchvision-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Logits_OfTorchvisionsNetworks_AreTorchvisions()
    {
        await Python.RequireAsync("torchvision");
        await Python.RunAsync("torchvision_weights.py", _folder);

        AssertLogits("resnet18", "resnet18.pth", "ResNet-18");
        AssertLogits("resnet18", "resnet18-wrapped.pth", "ResNet-18");
        AssertLogits("resnet18", "resnet18-norms.onnx", "ResNet-18");
        AssertLogits("resnet18", "resnet18-folded.onnx", "ResNet-18");
        AssertLogits("resnet18-half", "resnet18-half.pth", "ResNet-18");
        AssertLogits("wide_resnet50_2", "wide_resnet50_2.pth", "WRN-50-2-bottleneck");
        Assert.Equal(ErrorCatalogue.WeightsLegacy, Refusal("resnet18-legacy.pth"));
        Assert.Equal(ErrorCatalogue.WeightsUnsafe, Refusal("resnet18-object.pth"));
        Assert.Equal(ErrorCatalogue.WeightsUnsafe, Refusal("resnet18-script.pth"));
    }

    private void AssertLogits(string expected, string file, string network)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var imported = Import(file);
        Assert.Equal(network, imported.Spec.Name);
        using var restored = PublishedWeights.Read(imported.Bytes).Network;
        var images = tensor(Floats("images.f32"), Images, 3, Size, Size).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        var logits = restored.call(images).data<float>().ToArray();
        var theirs = Floats($"{expected}.logits.f32");

        Assert.Equal(theirs.Length, logits.Length);
        var difference = logits.Zip(theirs, (a, e) => Math.Abs(a - e)).Max();
        TestContext.Current.TestOutputHelper!.WriteLine($"{file}: logits up to {theirs.Max(Math.Abs):0.00}, largest difference {difference:0.0e+0}");
        Assert.InRange(difference, 0, Tolerance * Math.Max(1, theirs.Max(Math.Abs)));
        Assert.True(theirs.Max() - theirs.Min() > 0.1, "The logits would agree by being nothing.");
    }

    private ErrorCode Refusal(string file) => Assert.Throws<WrnException>(() => Import(file)).Error;

    private ImportedWeights Import(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(_folder, file));
        var statistics = new ChannelStatistics([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
        return ImportedWeights.Read(
            bytes, new WeightsImport("theirs", new ArtifactFile(file, bytes.Length, new string('0', 64)), statistics, Size, Size));
    }

    private float[] Floats(string file) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(_folder, file))).ToArray();
}
