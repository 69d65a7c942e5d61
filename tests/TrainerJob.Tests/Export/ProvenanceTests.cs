using WrnCloud.TrainerJob.Export;

namespace WrnCloud.TrainerJob.Tests.Export;

public sealed class ProvenanceTests
{
    [Fact]
    public void PackagesOf_DependencyFile_ListsPackagesAndNoProjects()
    {
        const string Deps = """
            {"libraries":{"WrnCloud.TrainerJob/0.1.0":{"type":"project"},
            "TorchSharp/0.107.0":{"type":"package"},"Google.Protobuf/3.36.2":{"type":"package"}}}
            """;

        Assert.Equal(
            [("Google.Protobuf", "3.36.2"), ("TorchSharp", "0.107.0")],
            Provenance.PackagesOf(System.Text.Encoding.UTF8.GetBytes(Deps)).Select(p => (p.Key, p.Value)));
    }

    [Fact]
    public void Packages_OfThisProcess_NameWhatComputes()
    {
        var packages = Provenance.Packages();

        foreach (var name in new[] { "TorchSharp", "Google.Protobuf", "Microsoft.ML.OnnxRuntime" }) Assert.Contains(name, packages.Keys);
    }

    [Fact]
    public void ProcessorOf_CpuInfo_IsTheModelsName()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "processor\t: 0\nmodel name\t: A 9 : fast\nmodel name\t: B\n");

        Assert.Equal("A 9 : fast", Provenance.ProcessorOf(file));
        File.Delete(file);
        Assert.Null(Provenance.ProcessorOf(file));
    }
}
