using WrnCloud.Cli.Api;
using WrnCloud.Cli.Commands.Local;
using WrnCloud.Cli.Output;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.Cli.Demo;

/// <summary>Starts blobs, queue, functions and scaler as processes of this machine.</summary>
internal static class StackChapter
{
    public static async Task<LocalStack> RunAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        stage.Out.Say($"[grey]What Azure would run is started here: blob storage (Azurite), a queue that speaks Service Bus's protocol,[/]");
        stage.Out.Say($"[grey]the functions' host, and a scaler that starts a trainer when a job waits and none when there is no job.[/]");
        var log = new StackLog(stage.Folders.State);
        var stack = await StackStart.RunAsync(
            new LocalStackOptions { StateFolder = stage.Folders.State, OnEvent = log.Write }, cancellationToken);
        stage.LogFolder = stack.LogFolder;
        stage.Api = new ApiClient(stack.Endpoint, stack.Key, stage.Context.Clock);
        stage.Out.Say($"  endpoint {stack.Endpoint.AbsoluteUri}");
        stage.Out.Say($"  state    {stage.Folders.State}");
        return stack;
    }

    /// <summary>The stack's events go to a file: between the lines of a live display they would tear it.</summary>
    private sealed class StackLog(string folder)
    {
        private readonly Lock gate = new();
        private readonly string path = Path.Combine(folder, "demo-events.log");

        public void Write(string line)
        {
            lock (gate) File.AppendAllText(path, line + "\n");
        }
    }
}
