using System.Runtime.InteropServices;
using System.Text.Json;
using WrnCloud.Architecture;
using WrnCloud.Jobs;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Interop;

/// <summary>
/// PyTorch as the referee: networks written in PyTorch read our weights and give our logits, and ours read PyTorch's and give PyTorch's.
/// The files are read and written on the other side without any code of ours.
/// </summary>
public sealed class PyTorchTests : IDisposable
{
    private const double Tolerance = 1e-4;
    private const int Classes = 7;

    private static readonly string[] Networks =
    [
        "WRN-10-1", "WRN-16-2", "WRN-10-2-B(3,1,3)", "WRN-10-1-B(1,3,1)", "WRN-10-1-B(1,3)", "WRN-10-1-B(3,1)", "WRN-10-1-B(3,1,1)",
        "ResNet-14", "ResNet-20-bottleneck",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-pytorch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Logits_OurWeightsInPyTorch_AreOurs()
    {
        await Python.RequireAsync("torch");
        var expected = new Dictionary<string, float[]>();
        foreach (var name in Networks)
        {
            using var network = Network(name);
            Perturb(network);
            var images = WriteCase(name, network.Spec.ImageSize);
            File.WriteAllBytes(
                PathOf(name, "weights"), TensorArchive.Save(network.NamedState(), new Dictionary<string, string> { ["format"] = "pt" }));
            expected[name] = Logits(network, images);
        }

        await Python.RunAsync("reference.py", "logits", _folder);

        foreach (var name in Networks) AssertNear(expected[name], name);
    }

    [Fact]
    public async Task Logits_PyTorchsWeightsInOurNetwork_ArePyTorchs()
    {
        await Python.RequireAsync("torch");
        var images = Networks.ToDictionary(n => n, n => WriteCase(n, Spec(n).ImageSize));

        await Python.RunAsync("reference.py", "make", _folder);

        foreach (var name in Networks)
        {
            using var network = Network(name);
            InitialWeights.Load(File.ReadAllBytes(PathOf(name, "weights")), network, newHead: false);
            AssertNear(Logits(network, images[name]), name);
        }
    }

    [Fact]
    public async Task Initialise_PyTorchsWeights_AreTrainedFurtherUnderANewHead()
    {
        await Python.RequireAsync("torch");
        WriteCase("WRN-10-1", 32);
        await Python.RunAsync("reference.py", "make", _folder);
        var weights = File.ReadAllBytes(PathOf("WRN-10-1", "weights"));
        using var stop = new CancellationTokenSource();
        var record = new RunRecord(stop, null);
        var plan = Samples.Plan(Samples.Settings with { Epochs = 3, Dropout = 0 }) with { Freeze = Freeze.Group1 };
        using var trainer = Samples.Trainer(plan, record);

        trainer.Initialise(weights, newHead: true);
        var outcome = await trainer.RunAsync(null, stop.Token);

        Assert.IsType<TrainingOutcome.Completed>(outcome);
        var before = SafetensorsFile.Read(weights).Tensors;
        var after = SafetensorsFile.Read(record.Last.Files[CheckpointFiles.ModelFile].ToBytes()).Tensors;
        Assert.Equal([3L, 64], after["fc.weight"].Shape);
        Assert.True(before["group1.0.conv1.weight"].Data.Span.SequenceEqual(after["group1.0.conv1.weight"].Data.Span));
        Assert.False(before["group2.0.conv1.weight"].Data.Span.SequenceEqual(after["group2.0.conv1.weight"].Data.Span));
    }

    private static NetworkSpec Spec(string name) =>
        NetworkSpec.TryParse(name, out var spec, out var problem) ? spec : throw new ArgumentException(problem, nameof(name));

    private static ImageClassifier Network(string name)
    {
        var network = ImageClassifier.Create(Spec(name), Classes, 0, 5);
        network.eval();
        return network;
    }

    // A network as it was drawn has ones and zeros in every batch norm, which would hide one that is read wrongly.
    private static void Perturb(ImageClassifier network)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        using var random = new Generator(3);
        foreach (var (_, value) in network.NamedState().Where(s => s.Value.shape.Length == 1)) value.add_(rand(value.shape, generator: random) * 0.2);
    }

    private Tensor WriteCase(string name, int size)
    {
        Directory.CreateDirectory(Path.Combine(_folder, name));
        File.WriteAllText(Path.Combine(_folder, name, "case.json"), JsonSerializer.Serialize(new { network = name, classes = Classes }));
        using var random = new Generator(9);
        var images = randn([5, 3, size, size], generator: random).DetachFromDisposeScope();
        File.WriteAllBytes(PathOf(name, "images"), TensorArchive.Save([("images", images)], new Dictionary<string, string>()));
        return images;
    }

    private static float[] Logits(ImageClassifier network, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        return network.call(images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)).data<float>().ToArray();
    }

    private void AssertNear(float[] ours, string name)
    {
        var logits = SafetensorsFile.Read(File.ReadAllBytes(PathOf(name, "logits"))).Tensors["logits"];
        Assert.Equal([5L, Classes], logits.Shape);
        var theirs = MemoryMarshal.Cast<byte, float>(logits.Data.Span).ToArray();
        Assert.True(theirs.Max() - theirs.Min() > 0.01, $"{name}: the logits are all alike");
        var difference = ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(difference <= Tolerance, $"{name}: the logits differ by {difference:g3}");
    }

    private string PathOf(string name, string file) => Path.Combine(_folder, name, $"{file}.safetensors");
}
