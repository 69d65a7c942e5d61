using WrnCloud.Cli.Api;
using WrnCloud.Cli.Pushing;
using WrnCloud.EndToEnd.Support;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.EndToEnd;

/// <summary>
/// The trainer's image where no container runs: what its Dockerfiles publish, in a bare Debian with the packages that they install and no others,
/// as the image's user and without a home, does a whole job.
/// </summary>
public sealed class RehearsalTests
{
    [Fact]
    [Trait("Category", "Rehearsal")]
    public async Task Trainer_InABareRoot_DoesAWholeJob()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TempFolder();
        var root = await BareRoot.MakeAsync(folder.Path, cancellation);
        await using var stack = await LocalStack.StartAsync(
            new LocalStackOptions { StateFolder = Path.Combine(folder.Path, "state"), StartTrainers = false }, cancellation);
        using var api = new ApiClient(stack.Endpoint, stack.Key, TimeProvider.System);
        await DatasetPush.RunAsync(api, Sample.TinyShapes(), TimeProvider.System, _ => { }, cancellation);
        var id = (await api.SubmitAsync(Sample.Short("rehearsed"), "rehearsed", cancellation)).Id;

        using var trainer = root.Start(new Dictionary<string, string>
        {
            ["Storage__ConnectionString"] = stack.StorageConnectionString,
            ["ServiceBus__ConnectionString"] = stack.ServiceBusConnectionString,
        });
        var (output, error) = (trainer.StandardOutput.ReadToEndAsync(cancellation), trainer.StandardError.ReadToEndAsync(cancellation));
        try
        {
            await trainer.WaitForExitAsync(cancellation);
        }
        finally
        {
            trainer.Kill(entireProcessTree: true);
        }

        var job = await api.GetJobAsync(id, cancellation);
        Assert.True(
            job.State == JobState.Succeeded && trainer.ExitCode == 0,
            $"{job.State} {job.Reason}, exit code {trainer.ExitCode}\n{await output}{await error}");
        var version = Assert.Single((await api.GetModelAsync("rehearsed", cancellation)).Versions);
        Assert.True(version.Parity.Passed);
    }
}
