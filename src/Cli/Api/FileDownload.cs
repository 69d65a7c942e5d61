using System.Security.Cryptography;
using WrnCloud.Storage;

namespace WrnCloud.Cli.Api;

/// <summary>Downloads a file so that at its place there is either the whole file with the promised hash, or nothing new.</summary>
internal static class FileDownload
{
    /// <summary>Saves a file under its own name in a folder; the path of what was saved.</summary>
    /// <param name="name">The file's name, as the server gave it.</param>
    /// <param name="sha256">The promised hash; null when none was promised.</param>
    /// <param name="folder">Where to; created when missing.</param>
    /// <param name="open">Asks for the file by its name.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="FailedException">The name is no file name, or the bytes have another hash than promised.</exception>
    public static async Task<string> SaveAsync(
        string name, string? sha256, string folder, Func<string, CancellationToken, Task<HttpResponseMessage>> open, CancellationToken cancellationToken)
    {
        // The name comes from a server; it must not lead out of the folder.
        if (!BlobName.IsSegment(name)) throw new FailedException($"The server names a file '{name}', which is not allowed.");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, name);
        var part = path + ".part";
        try
        {
            var found = await CopyAsync(name, part, open, cancellationToken);
            if (sha256 is not null && found != sha256) throw new FailedException($"'{name}' arrived with SHA-256 {found}, but {sha256} was promised. Try again.");
            File.Move(part, path, overwrite: true);
            return path;
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static async Task<string> CopyAsync(
        string name, string path, Func<string, CancellationToken, Task<HttpResponseMessage>> open, CancellationToken cancellationToken)
    {
        using var response = await open(name, cancellationToken);
        try
        {
            await using var source = await response.Content.ReadAsStreamAsync(cancellationToken);
            await using (var target = File.Create(path)) await source.CopyToAsync(target, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new FailedException($"The download of '{name}' broke off: {e.Message}", e);
        }

        await using var saved = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(saved, cancellationToken));
    }
}
