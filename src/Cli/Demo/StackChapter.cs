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
        var events = new StackEvents(line => stage.Out.Say($"  [grey]{line}[/]"));
        var stack = await StackStart.RunAsync(new LocalStackOptions { StateFolder = stage.Folders.State, OnEvent = events.Hear }, cancellationToken);
        events.GoQuiet();
        stage.LogFolder = stack.LogFolder;
        stage.Api = new ApiClient(stack.Endpoint, stack.Key, stage.Context.Clock);
        stage.Out.Say($"  endpoint {stack.Endpoint.AbsoluteUri}");
        stage.Out.Say($"  state    {stage.Folders.State}");
        return stack;
    }

    /// <summary>
    /// Shows what happens while the stack starts, and nothing later: lines would tear a live display. The stack's own log has all of it.
    /// </summary>
    private sealed class StackEvents(Action<string> show)
    {
        private readonly Lock gate = new();
        private bool isQuiet;

        public void Hear(string line)
        {
            lock (gate)
            {
                if (!isQuiet) show(line);
            }
        }

        public void GoQuiet()
        {
            lock (gate) isQuiet = true;
        }
    }
}
