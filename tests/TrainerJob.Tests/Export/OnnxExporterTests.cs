using System.Text.Json;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Onnx;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Export;

public sealed class OnnxExporterTests
{
    private static readonly ModelMetadata Metadata = new(["cat", "dög", "\"ship\""], "shapes-10", "cafe", "quick", 0.8125, Precision.Bf16);

    [Fact]
    public void Export_AnyNetwork_DescribesItself()
    {
        using var network = new WideResNet(Samples.Spec("WRN-10-1"), 3, 0.3, 1);

        var bytes = OnnxExporter.Export(network, Samples.Preprocessor, Metadata);

        var model = ModelProto.Parser.ParseFrom(bytes);
        Assert.Equal(8, model.IrVersion);
        Assert.Equal(17, model.OpsetImport.Single().Version);
        Assert.Equal("N", model.Graph.Input.Single().Type.TensorType.Shape.Dim[0].DimParam);
        var properties = model.MetadataProps.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        Assert.Equal(Metadata.Classes, JsonSerializer.Deserialize<string[]>(properties["classes"]));
        Assert.Equal(
            ("shapes-10", "quick", "0.8125", "WRN-10-1"), (properties["dataset"], properties["recipe"], properties["top1"], properties["network"]));
        Assert.Equal(("cafe", "bf16"), (properties["dataset_hash"], properties["precision"]));
        Assert.Equal(bytes, OnnxExporter.Export(network, Samples.Preprocessor, Metadata));
    }

    [Fact]
    public void Export_WrongNumberOfClassNames_IsRefused()
    {
        using var network = new WideResNet(Samples.Spec("WRN-10-1"), 4, 0, 1);

        Assert.Throws<ArgumentException>(() => OnnxExporter.Export(network, Samples.Preprocessor, Metadata));
    }
}
