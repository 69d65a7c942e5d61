using WrnCloud.Datasets;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Data;

public sealed class ZcaFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-zca").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TryLoad_WhatWasSaved_IsTheSameAndDamageIsNoticed()
    {
        var path = Path.Combine(_folder, "cache", "zca.bin");
        var whitening = SampleWhitening.Random(5);
        ZcaFile.Save(path, whitening);

        var loaded = ZcaFile.TryLoad(path)!;
        Assert.Equal(whitening.Matrix.ToArray(), loaded.Matrix.ToArray());
        Assert.Equal(whitening.Shift.ToArray(), loaded.Shift.ToArray());
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));

        var bytes = File.ReadAllBytes(path);
        bytes[12_345] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Null(ZcaFile.TryLoad(path));
        File.WriteAllBytes(path, bytes[..^1]);
        Assert.Null(ZcaFile.TryLoad(path));
        Assert.Null(ZcaFile.TryLoad(path + ".absent"));
    }

    [Fact]
    public void LoadOrFit_FileThere_IsNotFittedAgain()
    {
        var path = Path.Combine(_folder, "zca.bin");
        var whitening = SampleWhitening.Random(6);
        ZcaFile.Save(path, whitening);

        // No image could be fitted: what comes back is the file's.
        var loaded = ZcaFile.LoadOrFit(path, new LabelledImages([], [], ["a"]), CancellationToken.None);

        Assert.Equal(whitening.Shift.ToArray(), loaded.Shift.ToArray());
    }
}
