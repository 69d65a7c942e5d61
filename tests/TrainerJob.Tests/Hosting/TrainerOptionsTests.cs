using Microsoft.Extensions.Configuration;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Hosting;

namespace WrnCloud.TrainerJob.Tests.Hosting;

public sealed class TrainerOptionsTests
{
    [Theory]
    [InlineData("Threads", "0")]
    [InlineData("Threads", "many")]
    [InlineData("RenewSeconds", "-1")]
    [InlineData("RenewSeconds", "NaN")]
    [InlineData("CheckpointSeconds", "1e9")]
    [InlineData("Precision", "fp8")]
    [InlineData("RequireGpu", "yes")]
    public void From_ValueThatCannotBe_IsRefusedByName(string setting, string value)
    {
        var problem = TrainerOptions.Problem(Configuration(setting, value));

        Assert.StartsWith($"Trainer__{setting} is '{value}'; it takes ", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fp32", Precision.Fp32)]
    [InlineData("BF16", Precision.Bf16)]
    [InlineData("auto", null)]
    [InlineData("", null)]
    public void From_Precision_IsWhatAutoIs(string value, Precision? expected) =>
        Assert.Equal(expected, TrainerOptions.From(Configuration("Precision", value), []).Precision);

    [Fact]
    public void From_Nothing_HasTheDefaults()
    {
        var options = TrainerOptions.From(new ConfigurationBuilder().Build(), ["--follow"]);

        Assert.Equal(new TrainerOptions { Follow = true }, options);
        Assert.False(options.RequireGpu);
    }

    private static IConfiguration Configuration(string setting, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new($"Trainer:{setting}", value)]).Build();
}
