using Azure.Storage.Blobs;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Storage;

namespace WrnCloud.DurabilityBench.Writes;

/// <summary>A blob service of its own on a folder.</summary>
internal sealed class StoreServer : IAsyncDisposable
{
    private static readonly AzuriteAccount Account = new("wrnbench", Convert.ToBase64String(new byte[64]));
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    private readonly ChildProcess _child;

    private StoreServer(string name, ChildProcess child, string url)
    {
        Name = name;
        _child = child;
        Blobs = new BlobServiceClient(Account.ConnectionString(url))
            .GetBlobContainerClient("bench");
    }

    /// <summary>Of the column.</summary>
    public string Name { get; }

    public BlobContainerClient Blobs { get; }

    /// <summary>Blobs that were put into it.</summary>
    public int Count { get; set; }

    /// <summary>The store as the stack runs it.</summary>
    public static async Task<StoreServer> StartAsync(string folder, TimeProvider clock)
    {
        var installed = await AzuriteInstaller.EnsureAsync(Console.WriteLine, clock, CancellationToken.None);
        var child = Account.Start(installed, folder, 0, folder + ".log", clock);
        return new StoreServer("with the journal", child, (await child.ReadyAsync(StartTimeout, CancellationToken.None))["url"]);
    }

    /// <summary>Azurite as its package runs it: it acknowledges first, and saves all of its metadata every five seconds.</summary>
    public static async Task<StoreServer> StartPlainAsync(string folder, TimeProvider clock)
    {
        const string Listens = "successfully listens on ";
        var installed = await AzuriteInstaller.EnsureAsync(Console.WriteLine, clock, CancellationToken.None);
        var main = Path.Combine(Path.GetDirectoryName(installed)!, "node_modules/azurite/dist/src/blob/main.js");
        var url = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var child = Account.Run(
            [main, "--blobHost", "127.0.0.1", "--blobPort", "0", "--location", folder, "--silent", "--skipApiVersionCheck", "--disableTelemetry"],
            folder + ".log",
            clock,
            line =>
            {
                if (line.IndexOf(Listens, StringComparison.Ordinal) is >= 0 and var at) url.TrySetResult(line[(at + Listens.Length)..]);
            });
        return new StoreServer("Azurite", child, await url.Task.WaitAsync(StartTimeout, clock));
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();
}
