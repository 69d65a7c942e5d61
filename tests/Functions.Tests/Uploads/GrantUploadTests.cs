using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Functions.Uploads;
using WrnCloud.Models;
using WrnCloud.Uploads;

namespace WrnCloud.Functions.Tests.Uploads;

public sealed class GrantUploadTests
{
    private static readonly string Hash = new('0', 64);

    [Fact]
    public void Check_DatasetWithinItsLimits_HasNoError() => Assert.Empty(
        Check(
            UploadKind.Dataset,
            new ArtifactFile("train.bin", DatasetManifest.MaxFileBytes, Hash),
            new ArtifactFile("manifest.json", DatasetManifest.MaxBytes, Hash)));

    [Fact]
    public void Check_AFileNamedTwice_IsItsFieldsError()
    {
        var manifest = new ArtifactFile("manifest.json", 1, Hash);

        var error = Assert.Single(Check(UploadKind.Dataset, new ArtifactFile("a.bin", 1, Hash), manifest, new ArtifactFile("a.bin", 2, Hash)));

        Assert.Equal(("/files/2/name", "value-invalid"), (error.Pointer, error.Code));
    }

    [Theory]
    [InlineData("manifest.json", DatasetManifest.MaxBytes + 1L)]
    [InlineData("train.bin", DatasetManifest.MaxFileBytes + 1)]
    public void Check_FileLargerThanIsEverRead_IsOutOfRange(string name, long length)
    {
        var errors = Check(
            UploadKind.Dataset, new ArtifactFile(name, length, Hash), new ArtifactFile(name == "manifest.json" ? "a.bin" : "manifest.json", 1, Hash));

        Assert.Equal("/files/0/length", Assert.Single(errors).Pointer);
    }

    [Fact]
    public void Check_ManyWrongFiles_StopsCounting() =>
        Assert.InRange(
            Check(UploadKind.Dataset, [.. Enumerable.Range(0, 1000).Select(i => new ArtifactFile($"/{i}", -1, ""))]).Count,
            JsonBinder.MaxErrors,
            JsonBinder.MaxErrors + 10);

    private static List<FieldError> Check(UploadKind kind, params ArtifactFile[] files)
    {
        var errors = new List<FieldError>();
        GrantUpload.Check(new UploadRequest { Kind = kind, Name = "shapes", Files = files }, errors);
        return errors;
    }
}
