using WrnCloud.Cli.Api;
using WrnCloud.Cli.Commands.Local;
using WrnCloud.Cli.Output;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.Cli.Demo;

/// <summary>Starts blob storage, queue, functions and scaler as processes on this machine.</summary>
internal static class StackChapter
{
    public static async Task<LocalStack> RunAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        stage.Out.Say($"[grey]This starts locally what Azure would run: blob storage (Azurite), a queue that speaks Service Bus's protocol,[/]");
        stage.Out.Say($"[grey]the functions host, and a scaler that starts a trainer only when a job waits.[/]");
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
    /// Shows events while the stack starts, and none later: lines would break a live display. The stack's own log has all of them.
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
