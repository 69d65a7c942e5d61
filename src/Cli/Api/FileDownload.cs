using System.Security.Cryptography;
using WrnCloud.Storage;

namespace WrnCloud.Cli.Api;

/// <summary>Downloads a file atomically: its path gets the whole file with the expected hash, or stays unchanged.</summary>
internal static class FileDownload
{
    private const int BufferBytes = 128 * 1024;
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(60);

    /// <summary>Saves a file under its own name in a folder and returns its path.</summary>
    /// <param name="name">The file's name from the server: one path segment, or two for a file in a subfolder.</param>
    /// <param name="sha256">The expected hash; null when there is none.</param>
    /// <param name="folder">The target folder; created when missing.</param>
    /// <param name="open">Requests the file by its name.</param>
    /// <param name="clock">Times the pauses between bytes.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="FailedException">The name is not a file name, the bytes stopped arriving, or they don't have the expected hash.</exception>
    public static async Task<string> SaveAsync(
        string name,
        string? sha256,
        string folder,
        Func<string, CancellationToken, Task<HttpResponseMessage>> open,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        // The name comes from a server; it must not escape the folder.
        if (name.Split('/') is not { Length: 1 or 2 } segments || !segments.All(BlobName.IsSegment))
            throw new FailedException($"The server sent the file name '{name}', which is not allowed.");
        var path = Path.Combine([folder, .. segments]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var part = path + ".part";
        try
        {
            var found = await FetchAsync(name, part, open, clock, cancellationToken);
            if (sha256 is not null && found != sha256)
                throw new FailedException($"'{name}' arrived with SHA-256 {found}; {sha256} was expected. Try again.");
            File.Move(part, path, overwrite: true);
            return path;
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static async Task<string> FetchAsync(
        string name,
        string path,
        Func<string, CancellationToken, Task<HttpResponseMessage>> open,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        using var response = await open(name, cancellationToken);
        try
        {
            await using var source = await response.Content.ReadAsStreamAsync(cancellationToken);
            await using (var target = File.Create(path)) await CopyAsync(source, target, clock, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new FailedException($"The download of '{name}' was interrupted: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FailedException($"The download of '{name}' stalled: nothing arrived for {LongestRead.TotalSeconds:0} s. Try again.", e);
        }

        await using var saved = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(saved, cancellationToken));
    }

    // A limit on each read, not on the whole: a large file over a slow connection is fine as long as bytes arrive.
    private static async Task CopyAsync(Stream source, Stream target, TimeProvider clock, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        int count;
        do
        {
            using var stalled = new CancellationTokenSource(LongestRead, clock);
            using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stalled.Token);
            count = await source.ReadAsync(buffer, reading.Token);
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
        while (count > 0);
    }
}
