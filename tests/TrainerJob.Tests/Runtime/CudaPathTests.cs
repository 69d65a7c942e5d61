using TorchSharp;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Runtime;

/// <summary>What the GPU's path does beyond the CPU's, run without a device.</summary>
public sealed class CudaPathTests
{
    [Fact]
    public void First_NoDriver_IsNull() => Assert.Null(CudaDevice.First("libno-such-driver.so.1"));

    [Fact]
    public void First_LibraryThatIsNoDriver_IsNull()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Names the C library of Linux.");
        Assert.Null(CudaDevice.First("libc.so.6"));
    }

    [Theory]
    [InlineData(7, 5, false)]
    [InlineData(8, 0, true)]
    [InlineData(9, 0, true)]
    [InlineData(12, 0, true)]
    public void HasBf16_FromComputeCapability8On(int major, int minor, bool expected) =>
        Assert.Equal(expected, new CudaDevice("GPU", new Version(major, minor), 1L << 30).HasBf16);

    [Fact]
    public void PrepareCuda_WithoutADevice_SetsWhatLibtorchKeeps()
    {
        NativeRuntime.Prepare(2);

        ComputePlatform.PrepareCuda();

        Assert.True(backends.cuda.matmul.allow_tf32);
        Assert.True(backends.cudnn.allow_tf32);
        if (OperatingSystem.IsLinux()) Assert.True(Cudnn.TrySetBenchmark(false));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Normalise_ThroughTheCallForCudnn_IsTheSame(bool training)
    {
        NativeRuntime.Prepare(2);
        using var scope = NewDisposeScope();
        using var random = new Generator(5);
        var (one, other) = (Layer(training), Layer(training));
        var input = empty(4, 3, 5, 5).normal_(0, 1, random);

        var expected = one.Normalise(input, cudnn: false);
        var actual = other.Normalise(input, cudnn: true);

        Assert.Equal(expected.data<float>().ToArray(), actual.data<float>().ToArray());
        Assert.Equal(one.RunningMean.data<float>().ToArray(), other.RunningMean.data<float>().ToArray());
        Assert.Equal(one.RunningVariance.data<float>().ToArray(), other.RunningVariance.data<float>().ToArray());
    }

    [Fact]
    public void ToString_Gpu_NamesDeviceAndCapability()
    {
        var gpu = new CudaDevice("NVIDIA Example", new Version(8, 6), 24L << 30);
        var platform = new ComputePlatform(DeviceType.CUDA, 2, gpu.HasBf16, "2.10", new CpuFeatures("Some CPU", "AVX2", false), gpu);

        Assert.Equal("NVIDIA Example (CUDA, compute capability 8.6, 24 GiB), precision auto is bfloat16, libtorch 2.10", platform.ToString());
        Assert.Equal(Precision.Bf16, platform.Resolve(Precision.Auto));
    }

    private static BatchNormalisation Layer(bool training)
    {
        using var random = new Generator(3);
        var layer = new BatchNormalisation(3, new ParameterFactory(random, CPU));
        layer.train(training);
        return layer;
    }
}
