using System.Globalization;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.LocalCloud.Tests.Stack;

public sealed class TrainerMemoryTests
{
    private static readonly double Machine = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);

    [Theory]
    [InlineData("libtorch_cpu.so")]
    [InlineData("torch_cpu.dll")]
    [InlineData("libtorch_cpu.dylib")]
    public void Find_TrainerForTheCpu_IsTheMachines(string library) =>
        Assert.Equal(Machine, double.Parse(Find(null, library)!, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("libtorch_cpu.so", "libtorch_cuda.so")]
    [InlineData("torch_cpu.dll", "torch_cuda.dll")]
    [InlineData("WrnCloud.TrainerJob.dll")]
    public void Find_TrainerThatMayHaveAGpu_IsNotKnown(params string[] libraries) => Assert.Null(Find(null, libraries));

    [Theory]
    [InlineData("libtorch_cpu.so")]
    [InlineData("libtorch_cpu.so", "libtorch_cuda.so")]
    public void Find_SetByTheOperator_IsThat(params string[] libraries) => Assert.Equal("1.5", Find("1.5", libraries));

    private static string? Find(string? given, params string[] libraries)
    {
        using var folder = new TestFolder();
        var natives = Directory.CreateDirectory(Path.Combine(folder.Path, "runtimes", "here", "native"));
        foreach (var library in libraries) File.WriteAllBytes(Path.Combine(natives.FullName, library), []);
        return TrainerMemory.Find(given, folder.Path);
    }
}
