using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Checkpoints;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Checkpoints;

public sealed class TensorArchiveTests
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    [Fact]
    public void SaveAndLoad_ChannelsLastTensor_KeepsValuesAndLayout()
    {
        using var scope = NewDisposeScope();
        var source = randn(4, 2, 2, 3).permute(0, 3, 1, 2);
        var bytes = TensorArchive.Save([("w", source)], NoMetadata);
        var target = zeros(4, 2, 2, 3).permute(0, 3, 1, 2);

        TensorArchive.Load(bytes, [("w", target)]);

        Assert.Equal(source.contiguous().data<float>().ToArray(), target.contiguous().data<float>().ToArray());
        Assert.Equal(source.stride(), target.stride());

        // In the file the values lie in the order of the shape, as any other reader expects.
        Assert.Equal(source.contiguous().bytes.ToArray(), SafetensorsFile.Read(bytes).Tensors["w"].Data.ToArray());
    }

    [Fact]
    public void Load_OtherNamesOrShapes_ThrowsAndChangesNothing()
    {
        using var scope = NewDisposeScope();
        var bytes = TensorArchive.Save([("a", ones(2)), ("b", ones(3))], NoMetadata);
        var (a, b) = (zeros(2), zeros(4));

        Assert.Throws<CheckpointException>(() => TensorArchive.Load(bytes, [("a", a), ("b", b)]));
        Assert.Throws<CheckpointException>(() => TensorArchive.Load(bytes, [("a", a), ("c", zeros(3))]));
        Assert.Throws<CheckpointException>(() => TensorArchive.Load(bytes, [("a", a)]));
        Assert.Throws<CheckpointException>(() => TensorArchive.Load(bytes[..^1], [("a", a), ("b", zeros(3))]));
        Assert.Equal(0, a.sum().item<float>());
    }
}
