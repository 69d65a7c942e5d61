using WrnCloud.TrainerJob.Runtime;

namespace WrnCloud.TrainerJob.Tests.Runtime;

public sealed class Bf16ProbeTests
{
    [Theory]
    [InlineData("flags\t\t: fpu avx512f avx512_bf16 vnni", true)]
    [InlineData("flags\t\t: fpu amx_bf16 amx_tile", true)]
    [InlineData("flags\t\t: fpu avx512f avx512_vnni", false)]
    [InlineData("model name\t: avx512_bf16", false)]
    public void CpuHasBf16_Flags_AreRead(string line, bool expected)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"processor\t: 0\n{line}\nbugs\t\t:\n");
            Assert.Equal(expected, Bf16Probe.CpuHasBf16(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void CpuHasBf16_NoSuchFile_IsFalse() => Assert.False(Bf16Probe.CpuHasBf16("/nowhere/cpuinfo"));
}
