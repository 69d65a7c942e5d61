using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using WrnCloud.LocalCloud.Scaling;

namespace WrnCloud.LocalCloud.Tests.Scaling;

/// <summary>What a scaler leaves behind for the next one, with real processes in the place of trainers.</summary>
public sealed class TrainerRegisterTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly Process _trainer;

    public TrainerRegisterTests()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Runs sleep.");
        _trainer = Process.Start("sleep", ["600"]);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _trainer.Kill();
        _trainer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Open_AfterAScalerThatWasKilled_CountsItsTrainersUntilTheyEnd()
    {
        await new TrainerRegister(_folder.Path, _clock).WriteAsync([_trainer.Id], Token);

        var register = await OpenAsync();
        Assert.Equal(1, register.Left);
        _trainer.Kill();
        await _trainer.WaitForExitAsync(Token);

        Assert.Empty(register.Reap());
        Assert.Equal(0, register.Left);
    }

    [Fact]
    public async Task Reap_ATrainerThatDoesNotEnd_EndsIt()
    {
        await new TrainerRegister(_folder.Path, _clock).WriteAsync([_trainer.Id], Token);
        var register = await OpenAsync();
        Assert.Empty(register.Reap());

        _clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal([_trainer.Id], register.Reap());
        await _trainer.WaitForExitAsync(Token);
        Assert.Empty(register.Reap());
        Assert.Equal(0, register.Left);
    }

    [Fact]
    public async Task Open_ANumberThatAnotherProcessHasNow_LeavesThatOneAlone()
    {
        var started = _trainer.StartTime.ToUniversalTime() - TimeSpan.FromHours(1);
        await File.WriteAllTextAsync(
            Path.Combine(_folder.Path, "trainers.json"), $$"""[{"id":{{_trainer.Id}},"startedAt":"{{started:O}}"}]""", Token);

        var register = await OpenAsync();
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, register.Left);
        Assert.Empty(register.Reap());
        Assert.False(_trainer.HasExited);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"id\":1}")]
    public async Task Open_AFileThatIsNoRegister_CountsNobody(string text)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "trainers.json"), text, Token);

        Assert.Equal(0, (await OpenAsync()).Left);
    }

    private async Task<TrainerRegister> OpenAsync()
    {
        var register = new TrainerRegister(_folder.Path, _clock);
        await register.OpenAsync(Token);
        return register;
    }
}
