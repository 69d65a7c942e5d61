using WrnCloud.Architecture;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Interop;

/// <summary>The reference checker of ONNX as the referee of what is exported.</summary>
public sealed class OnnxCheckerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task CheckModel_ExportedNetworks_AreAcceptedWithFullCheck()
    {
        await Python.RequireAsync("onnx");
        var files = new List<string>();
        foreach (var name in (string[])["WRN-10-1", "WRN-16-2", "WRN-10-1-B(3,1,3)"])
        {
            Assert.True(NetworkSpec.TryParse(name, out var spec, out _));
            using var network = ImageClassifier.Create(spec, 2, 0.3, 1);
            files.Add(Path.Combine(_folder, $"{files.Count}.onnx"));
            File.WriteAllBytes(
                files[^1],
                OnnxExporter.Export(network, Samples.Preprocessor, new ModelMetadata(["cat", "dog"], "pets", "cafe", "quick", 0.5, Precision.Fp32)));
        }

        var output = await Python.RunAsync("check_onnx.py", [.. files]);

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(files.Count, lines.Length);
        Assert.All(lines, l => Assert.Equal(17, int.Parse(l.Split(' ')[0])));
    }
}
