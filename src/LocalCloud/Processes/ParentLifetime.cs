using Microsoft.Extensions.Hosting;

namespace WrnCloud.LocalCloud.Processes;

/// <summary>
/// A host's life is its caller's to end. The usual lifetime listens to signals by itself, and Ctrl-C on a terminal would stop every part at once,
/// store and queue included, while trainers still need them.
/// </summary>
internal sealed class ParentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
