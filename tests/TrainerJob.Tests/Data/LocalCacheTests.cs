using Microsoft.Extensions.Time.Testing;
using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Tests.Data;

public sealed class LocalCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-cache").FullName;
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private int _made;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task OpenAsync_SecondTime_IsNotMadeAgain()
    {
        var cache = new LocalCache(Path.Combine(_folder, "new"), _clock);

        Assert.Equal("a", await OpenAsync(cache, "a"));
        Assert.Equal("a", await OpenAsync(cache, "a"));
        Assert.Equal(1, _made);
        Assert.Single(Directory.GetFiles(cache.Folder));
    }

    [Fact]
    public async Task OpenAsync_DamagedFile_IsMadeAnew()
    {
        var cache = new LocalCache(_folder, _clock);
        await OpenAsync(cache, "a");
        await File.WriteAllTextAsync(Path.Combine(_folder, "a"), "b");

        Assert.Equal("a", await OpenAsync(cache, "a"));
        Assert.Equal(2, _made);
    }

    [Fact]
    public async Task OpenAsync_MakingFails_LeavesNothing()
    {
        var cache = new LocalCache(_folder, _clock);

        await Assert.ThrowsAsync<InvalidOperationException>(() => cache.OpenAsync(
            "a", TryOpen, (_, _) => throw new InvalidOperationException("no"), TestContext.Current.CancellationToken));

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task OpenAsync_MadeWrongEachTime_EndsWithAnError()
    {
        var cache = new LocalCache(_folder, _clock);

        await Assert.ThrowsAsync<IOException>(() => cache.OpenAsync<string>(
            "a", _ => null, (_, _) => Task.CompletedTask, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task OpenAsync_FolderGrowsTooLarge_LosesTheFilesUnusedForLongest()
    {
        var cache = new LocalCache(_folder, _clock, maxBytes: 3);
        foreach (var name in new[] { "a", "b", "c", "a", "d" })
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await OpenAsync(cache, name);
        }

        Assert.Equal(["a", "c", "d"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task MakeRoom_DiskNearlyFull_RemovesWhatIsUnusedForLongestAndKeepsWhatIsNamed()
    {
        const long reserve = 256L << 20;
        var free = reserve + 1;
        var cache = new LocalCache(_folder, _clock, freeBytes: folder => free + 3 - Directory.GetFiles(folder).Length);
        foreach (var name in new[] { "a", "b", "c" })
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await OpenAsync(cache, name);
        }

        cache.MakeRoom(2, ["a"]);

        Assert.Equal(["a", "c"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
        Assert.Contains("needs 1024 MiB", Assert.Throws<IOException>(() => cache.MakeRoom(1L << 30, ["a"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MakeRoom_MoreThanTheFolderMayHold_IsRefused()
    {
        var cache = new LocalCache(_folder, _clock, maxBytes: 100, freeBytes: _ => long.MaxValue);

        cache.MakeRoom(100, []);
        Assert.Throws<IOException>(() => cache.MakeRoom(101, []));
    }

    [Fact]
    public async Task OpenAsync_OthersTemporaryFiles_StayUntilTheyAreOld()
    {
        var cache = new LocalCache(_folder, _clock);
        foreach (var (name, hours) in new[] { ("old.tmp", 25), ("new.tmp", 23) })
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, name), "part");
            File.SetLastWriteTimeUtc(Path.Combine(_folder, name), _clock.GetUtcNow().UtcDateTime.AddHours(-hours));
        }

        await OpenAsync(cache, "a");

        Assert.Equal(["a", "new.tmp"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task OpenAsync_ManyAtATime_AllGetTheWholeFile()
    {
        var content = new string('x', 100_000);
        var caches = Enumerable.Range(0, 4).Select(_ => new LocalCache(_folder, _clock)).ToList();

        var opened = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => caches[i % 4].OpenAsync(
            "big",
            path => File.Exists(path) ? File.ReadAllText(path) : null,
            async (file, cancel) => await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(content), cancel),
            TestContext.Current.CancellationToken))));

        Assert.All(opened, o => Assert.Equal(content.Length, o.Length));
        Assert.Single(Directory.GetFiles(_folder));
    }

    private Task<string> OpenAsync(LocalCache cache, string name) => cache.OpenAsync(
        name,
        path => TryOpen(path) == name ? name : null,
        async (file, cancel) =>
        {
            _made++;
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(name), cancel);
        },
        TestContext.Current.CancellationToken);

    private static string? TryOpen(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
