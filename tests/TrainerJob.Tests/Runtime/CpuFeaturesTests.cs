using WrnCloud.TrainerJob.Runtime;

namespace WrnCloud.TrainerJob.Tests.Runtime;

public sealed class CpuFeaturesTests
{
    [Theory]
    [InlineData("flags\t\t: fpu avx2 avx512f avx512_bf16 vnni", "AVX-512", true)]
    [InlineData("flags\t\t: fpu avx2 avx512f amx_bf16 amx_tile", "AMX", true)]
    [InlineData("flags\t\t: fpu avx2 avx512f avx512_vnni", "AVX-512", false)]
    [InlineData("flags\t\t: fpu avx2", "AVX2", false)]
    [InlineData("bugs\t\t: avx512_bf16", "unknown", false)]
    public void Read_Flags_AreUnderstood(string line, string vector, bool bf16)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"processor\t: 0\nmodel name\t: Some CPU: 2 GHz\n{line}\nbogomips\t: 1\n");
            Assert.Equal(new CpuFeatures("Some CPU: 2 GHz", vector, bf16), CpuFeatures.Read(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Read_NoSuchFile_IsAPlainProcessor() => Assert.Equal(new CpuFeatures("CPU", "unknown", false), CpuFeatures.Read("/nowhere/cpuinfo"));
}
