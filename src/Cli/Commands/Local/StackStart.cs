using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.Cli.Commands.Local;

internal static class StackStart
{
    /// <summary>Starts the local stack; a failure becomes a message for the user.</summary>
    public static async Task<LocalStack> RunAsync(LocalStackOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await LocalStack.StartAsync(options, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new FailedException($"The local stack did not start: {e.Message}", e);
        }
    }
}
