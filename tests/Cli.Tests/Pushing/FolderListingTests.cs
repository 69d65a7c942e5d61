using System.Diagnostics;
using WrnCloud.Cli.Output;
using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;
using WrnCloud.Datasets.Checks;

namespace WrnCloud.Cli.Tests.Pushing;

public sealed class FolderListingTests : IDisposable
{
    private readonly TestFolder folder = new();

    public FolderListingTests()
    {
        foreach (var file in new[] { "cat/1.png", "cat/deep/2.png", "dog/3.png" }) folder.Write(file, [1]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Of_WhatIsNoPicture_IsCountedByKind()
    {
        folder.Write(".git/objects/1", [1]);
        folder.Write("dog/LICENSE", "free");
        folder.Write("bird/notes.txt", "none yet");
        Directory.CreateDirectory(Path.Combine(folder.Path, "fish", "more"));

        var listing = FolderListing.Of(folder.Path);

        Assert.Equal(["cat/1.png", "cat/deep/2.png", "dog/3.png"], listing.Pictures.Select(p => p.Name));
        Assert.Equal(
            ["3 companion files (hidden files, thumbnails, texts, tables).", "2 folders without pictures: bird, fish."], listing.LeftOut);
    }

    [Fact]
    public void Of_LinksToFolders_AreToldAndNotFollowed()
    {
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "bird"), Path.Combine(folder.Path, "cat"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "dog", "up"), folder.Path);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "dog", "4.png"), Path.Combine(folder.Path, "cat", "1.png"));

        var listing = FolderListing.Of(folder.Path);

        Assert.Equal(["cat/1.png", "cat/deep/2.png", "dog/3.png", "dog/4.png"], listing.Pictures.Select(p => p.Name));
        Assert.Equal("2 linked folders, not followed: bird, dog/up.", Assert.Single(listing.LeftOut));
    }

    [Fact]
    public async Task Of_PipesAndSockets_AreCountedAndNeverOpened()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no pipes in folders.");
        await RunAsync("mkfifo", Path.Combine(folder.Path, "cat", "0.png"));
        File.CreateSymbolicLink(Path.Combine(folder.Path, "dog", "pipe.png"), Path.Combine(folder.Path, "cat", "0.png"));
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(folder.Path, "dog", "s")));
        folder.Write("dog/empty.png", []);

        var listing = await Task.Run(() => FolderListing.Of(folder.Path), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal(["cat/1.png", "cat/deep/2.png", "dog/3.png", "dog/empty.png"], listing.Pictures.Select(p => p.Name));
        Assert.Equal("3 pipes, sockets or devices: cat/0.png, dog/pipe.png, dog/s.", Assert.Single(listing.LeftOut));
    }

    [Fact]
    public async Task Of_NameThatIsNotUtf8_IsRefusedWithItsFolder()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Other systems have no such names.");
        var cat = Path.Combine(folder.Path, "cat");
        await RunAsync("sh", "-c", @"mkdir ""$0/$(printf 'K\374he')"" ""$0/$(printf 'K\366he')""", cat);
        try
        {
            var message = Assert.Throws<FailedException>(() => FolderListing.Of(folder.Path)).Message;

            Assert.Contains($"In '{cat}' 2 names are not in UTF-8", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\uFFFD', message);
        }
        finally
        {
            // .NET can't even delete them.
            await RunAsync("rm", "-r", cat);
        }
    }

    [Fact]
    public void Pack_BackslashInAName_StaysALetter()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("There it divides folders.");
        folder.Write(@"red\cat/1.png", [2]);
        folder.Write(@"red\dog/1.png", [3]);
        var files = PackedFolder.Pack(folder.Path, FolderListing.Of(folder.Path), partBytes: 200);

        using var pictures = ImageFolder.Open([.. files.Select(f => (f.Name, DatasetSplit.Train, f.Open()))]);

        Assert.Equal(["cat", "dog", @"red\cat", @"red\dog"], pictures.Classes);
    }

    [Theory]
    [InlineData("old.zip", "beside them old.zip:")]
    [InlineData("a.zip b.zip c.zip", "a.zip and 2 more")]
    public void Read_ZipsBesideFoldersOfPictures_IsRefused(string zips, string said)
    {
        foreach (var zip in zips.Split(' ')) folder.Write(zip, [1]);

        var message = Assert.Throws<FailedException>(
            () => DatasetSource.Read("pets", DatasetFormat.ImageFolder, folder.Path, PushOptions.Default, CancellationToken.None)).Message;

        Assert.Contains(said, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NamesWithControlCharacters_AreNotObeyed()
    {
        using var output = new StringWriter();
        var findings = new DatasetFindings(
            [new ClassCounts("a\u001b[31mb", 9, 0, 1), new ClassCounts("c\u0085", 1, 0, 1)], [], [], [], [], [["a\u001b[31mb", "ab"]], ["x\u0007."]);

        FindingsReport.Write(CliContext.Open(output), findings, ["\u001b[2J"], null);

        Assert.All(["\u001b[31m", "\u001b[2J", "\u0085", "\u0007"], c => Assert.DoesNotContain(c, output.ToString(), StringComparison.Ordinal));
        Assert.Contains("a?[31mb", output.ToString(), StringComparison.Ordinal);
        Assert.Contains(@"'a\u001B[31mb', 'ab'", output.ToString(), StringComparison.Ordinal);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
