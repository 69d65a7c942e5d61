using System.Security.Cryptography;
using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>A data set's files on local disk, as stored, by their SHA-256. Bytes are held against it whenever a file is opened.</summary>
internal sealed class FileCache(LocalCache cache)
{
    /// <summary>The file's name in the cache.</summary>
    public static string NameOf(DatasetFile file) => $"{file.Sha256}.file";

    /// <summary>True when a file of this name is there, whole or damaged.</summary>
    public bool Has(DatasetFile file) => cache.Has(NameOf(file));

    /// <summary>
    /// Opens a file, after downloading it where it is missing or damaged. What is open stays readable when another process removes it.
    /// </summary>
    /// <param name="file">Which.</param>
    /// <param name="downloadAsync">Opens it in the store.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="DatasetException">The store has other bytes.</exception>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public Task<FileStream> OpenAsync(
        DatasetFile file, Func<DatasetFile, CancellationToken, Task<Stream>> downloadAsync, CancellationToken cancellationToken) => cache.OpenAsync(
            NameOf(file),
            path => TryOpen(path, file),
            (target, cancel) => DownloadAsync(target, file, downloadAsync, cancel),
            cancellationToken);

    private static async Task DownloadAsync(
        FileStream target, DatasetFile file, Func<DatasetFile, CancellationToken, Task<Stream>> downloadAsync, CancellationToken cancellationToken)
    {
        await using var source = await downloadAsync(file, cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 18];
        var length = 0L;
        while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            length += read;
            if (length > file.Length)
                throw new DatasetException(file.Name, file.Length, $"The file has more than the {file.Length} bytes that its manifest says.");
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        if (length != file.Length) throw new DatasetException(file.Name, length, $"The file has {length} bytes, its manifest says {file.Length}.");
        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (found != file.Sha256) throw new DatasetException(file.Name, 0, $"The file's SHA-256 is {found}, its manifest says {file.Sha256}.");
    }

    private static FileStream? TryOpen(string path, DatasetFile file)
    {
        FileStream? content = null;
        try
        {
            content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (content.Length == file.Length && Convert.ToHexStringLower(SHA256.HashData(content)) == file.Sha256)
            {
                content.Position = 0;
                return content;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        content?.Dispose();
        return null;
    }
}
