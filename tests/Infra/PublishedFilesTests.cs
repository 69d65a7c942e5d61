using System.Diagnostics;

namespace WrnCloud.Infra;

/// <summary>
/// What is published for Azure holds one platform's natives: a package is uploaded, unpacked and started from cold, and its size is paid each time.
/// </summary>
[Trait("Category", "Slow")]
public sealed class PublishedFilesTests : IDisposable
{
    /// <summary>Of the functions, unpacked; the largest part of it is ONNX Runtime.</summary>
    private const long MostFunctionBytes = 80_000_000;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);
    private static readonly string[] OfThePlatform = ["linux-x64", "linux", "unix"];

    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-published-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Functions_Published_AreSmallAndForLinuxOnX64Alone()
    {
        // The extension is not on every feed, and is small.
        await PublishAsync("Functions", "-p:ServiceBusExtension=false");

        Assert.Empty(ForeignFiles());
        Assert.True(File.Exists(Path.Combine(_folder, "libonnxruntime.so")));
        Assert.InRange(Files().Sum(f => f.Length), 1, MostFunctionBytes);
    }

    [Fact]
    public async Task Trainer_Published_IsForLinuxOnX64Alone()
    {
        // libtorch with CUDA comes from a package for Linux alone, and weighs gigabytes.
        await PublishAsync("TrainerJob", "-p:Torch=cpu");

        Assert.Empty(ForeignFiles());
        Assert.All(
            (string[])["libonnxruntime.so", "libtorch_cpu.so", "libLibTorchSharp.so"],
            file => Assert.True(File.Exists(Path.Combine(_folder, file)), file));
    }

    private async Task PublishAsync(string project, params string[] properties)
    {
        string[] arguments =
        [
            "publish", $"src/{project}", "-c", "Release", "-p:BillOfMaterials=false", "-nodeReuse:false", "--output", _folder, .. properties,
        ];
        var publish = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Repository.Root };
        var (code, output, error) = await ProgramRun.ToEndAsync(publish, Limit, TestContext.Current.CancellationToken);
        Assert.True(code == 0, output + error);
    }

    private IEnumerable<FileInfo> Files() => new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories);

    private List<string> ForeignFiles() =>
        [.. Files().Select(f => Path.GetRelativePath(_folder, f.FullName).Replace('\\', '/')).Where(IsForeign).Order(StringComparer.Ordinal)];

    private static bool IsForeign(string path) => path.EndsWith(".dylib", StringComparison.Ordinal)
        || (path.StartsWith("runtimes/", StringComparison.Ordinal) && !OfThePlatform.Contains(path.Split('/')[1], StringComparer.Ordinal));
}
