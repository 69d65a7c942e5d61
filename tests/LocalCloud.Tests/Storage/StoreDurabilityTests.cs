using System.Diagnostics;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using WrnCloud.LocalCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Storage;

/// <summary>What the store has acknowledged is there after a crash of its process.</summary>
public sealed class StoreDurabilityTests : IDisposable
{
    private const int Writers = 8;

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder.Path, "data");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(1, null)]
    [InlineData(2, 4_000)]
    public async Task Kill_UnderConcurrentWrites_LosesNothingAcknowledged(int seed, int? growthBytes)
    {
        var random = new Random(seed);
        var kinds = Enum.GetValues<BlobHistory.Kind>();
        BlobHistory[][] histories = [.. Enumerable.Range(0, Writers).Select(w => kinds.Select(k => new BlobHistory(k, $"{k}-{w}")).ToArray())];
        var store = await StoreProcess.StartAsync(Data, growthBytes);
        await store.Blobs.CreateAsync(cancellationToken: Token);
        for (var kill = 0; kill < 3; kill++)
        {
            var enough = new Countdown(random.Next(30, 150));
            var writers = histories.Select(owned => WriteAsync(store, owned, new Random(random.Next()), enough)).ToList();
            await enough.Reached;
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20)), TimeProvider.System, Token);
            await store.KillAsync();
            await Task.WhenAll(writers);

            store = await StoreProcess.StartAsync(Data, growthBytes);
            foreach (var history in histories.SelectMany(h => h)) await history.CheckAsync(store.Blobs);
        }

        await store.DisposeAsync();
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Kill_WithTwoThousandBlobs_KeepsEachAndGoesOnFromAShorterJournal()
    {
        const int Count = 2000;
        var store = await StoreProcess.StartAsync(Data, 300_000);
        await store.Blobs.CreateAsync(cancellationToken: Token);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Count),
            new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Token },
            async (i, _) => await store.Blobs.UploadBlobAsync($"blob-{i:0000}", new BinaryData($"content {i}"), Token));
        await store.Blobs.GetAppendBlobClient("append").CreateAsync(new AppendBlobCreateOptions(), Token);
        for (var i = 0; i < 100; i++)
        {
            using var block = new MemoryStream(Encoding.UTF8.GetBytes($"{i},"));
            await store.Blobs.GetAppendBlobClient("append").AppendBlockAsync(block, cancellationToken: Token);
        }

        await store.KillAsync();
        store = await StoreProcess.StartAsync(Data);

        var names = await store.Blobs.GetBlobsAsync(new GetBlobsOptions { Prefix = "blob-" }, Token).Select(b => b.Name).ToListAsync(Token);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"blob-{i:0000}"), names);
        for (var i = 0; i < Count; i += 111) Assert.Equal($"content {i}", await ReadAsync(store, $"blob-{i:0000}"));
        Assert.Equal(string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},")), await ReadAsync(store, "append"));

        // An entry of a blob and its bytes take about 1,000 bytes; each write appended as much.
        Assert.InRange(new FileInfo(Path.Combine(Data, "journal.log")).Length, 1, 3_500_000);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Start_OnAJournalCutInItsLastWrite_HasEverythingBefore()
    {
        var store = await StoreProcess.StartAsync(Data);
        await store.Blobs.CreateAsync(cancellationToken: Token);
        await store.Blobs.UploadBlobAsync("first", new BinaryData("one"), Token);
        await store.Blobs.UploadBlobAsync("second", new BinaryData("two"), Token);
        await store.KillAsync();
        await using (var journal = File.OpenWrite(Path.Combine(Data, "journal.log"))) journal.SetLength(journal.Length - 10);

        store = await StoreProcess.StartAsync(Data);

        Assert.Equal("one", await ReadAsync(store, "first"));
        Assert.False(await store.Blobs.GetBlobClient("second").ExistsAsync(Token));
        await store.Blobs.UploadBlobAsync("second", new BinaryData("again"), Token);
        await store.KillAsync();
        store = await StoreProcess.StartAsync(Data);
        Assert.Equal("again", await ReadAsync(store, "second"));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Terminated_EndsInGoodOrder()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Sends signals with kill.");
        await using var store = await StoreProcess.StartAsync(Data);

        Assert.Equal(0, await store.SignalAsync("TERM"));

        Assert.False(File.Exists(Path.Combine(Data, "pid")));
    }

    [Fact]
    public async Task ParentGone_WithAllItsPipes_EndsItInGoodOrder()
    {
        var installed = await AzuriteInstaller.EnsureAsync(null, TimeProvider.System, Token);
        Directory.CreateDirectory(Data);

        // It has something to print while nobody reads: the cut.
        await using (var journal = File.CreateText(Path.Combine(Data, "journal.log")))
            await journal.WriteAsync("0000002f 0eeb777aebaac633 {\"format\":\"wrncloud-store-journal\",\"version\":1}\n0000");
        var start = new ProcessStartInfo("node", [Path.Combine(installed, "azurite.mjs"), Data, "0"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AZURITE_ACCOUNTS"] = $"a:{Convert.ToBase64String(new byte[64])}" },
        };
        using var store = Process.Start(start)!;
        store.StandardOutput.Close();
        store.StandardError.Close();
        store.StandardInput.Close();

        await store.WaitForExitAsync(Token);
        Assert.Equal(0, store.ExitCode);
    }

    [Fact]
    public async Task Start_OnAzuritesOwnTables_CarriesThemOver()
    {
        var plain = await StoreProcess.StartPlainAsync(Data);
        await plain.Blobs.CreateAsync(cancellationToken: Token);
        var etag = (await plain.Blobs.UploadBlobAsync("blob", new BinaryData("content"), Token)).Value.ETag;
        var staged = plain.Blobs.GetBlockBlobClient("staged");
        var block = Convert.ToBase64String("0001"u8);
        using (var bytes = new MemoryStream("block"u8.ToArray())) await staged.StageBlockAsync(block, bytes, cancellationToken: Token);
        Assert.Equal(0, await plain.SignalAsync("TERM"));

        await using var store = await StoreProcess.StartAsync(Data);

        var read = (await store.Blobs.GetBlobClient("blob").DownloadContentAsync(Token)).Value;
        Assert.Equal(("content", etag), (read.Content.ToString(), read.Details.ETag));
        await store.Blobs.GetBlockBlobClient("staged").CommitBlockListAsync([block], cancellationToken: Token);
        Assert.Equal("block", await ReadAsync(store, "staged"));
        await store.DisposeAsync();

        // A program that knows only the tables does not begin with an empty store.
        await Assert.ThrowsAsync<InvalidOperationException>(() => StoreProcess.StartPlainAsync(Data));
    }

    [Fact]
    public async Task Start_WithoutTheJournalOfAUsedFolder_IsRefused()
    {
        var store = await StoreProcess.StartAsync(Data);
        await store.Blobs.CreateAsync(cancellationToken: Token);
        await store.KillAsync();
        File.Delete(Path.Combine(Data, "journal.log"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => StoreProcess.StartAsync(Data));

        Assert.Contains("Put the folder back from a copy", await File.ReadAllTextAsync(Data + ".log", Token), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(StoreProcess store, string name) =>
        (await store.Blobs.GetBlobClient(name).DownloadContentAsync(Token)).Value.Content.ToString();

    private static async Task WriteAsync(StoreProcess store, BlobHistory[] owned, Random random, Countdown enough)
    {
        try
        {
            while (true)
            {
                await owned[random.Next(owned.Length)].ChangeAsync(store.Blobs, random);
                enough.Signal();
            }
        }
        catch (Exception e) when (e is RequestFailedException { Status: 0 } or AggregateException or IOException)
        {
            // It was killed.
        }
    }

    private sealed class Countdown(int count)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = count;

        public Task Reached => _reached.Task;

        public void Signal()
        {
            if (Interlocked.Decrement(ref _left) == 0) _reached.SetResult();
        }
    }
}
