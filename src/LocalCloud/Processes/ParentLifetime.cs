using Microsoft.Extensions.Hosting;

namespace WrnCloud.LocalCloud.Processes;

/// <summary>
/// Leaves the host's shutdown to its caller. The default lifetime handles signals itself, so that Ctrl-C on a terminal would stop every part at
/// once, store and queue included, while trainers still need them.
/// </summary>
internal sealed class ParentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
