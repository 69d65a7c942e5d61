namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Files on local disk that can be made again: named by what is in them, complete or absent, and removed when the folder grows, those unused for longest
/// first. Any number of processes may share a folder: each writes under a name of its own and moves the whole file into place.
/// </summary>
public sealed class LocalCache(string folder, TimeProvider clock, long maxBytes = LocalCache.DefaultMaxBytes)
{
    /// <summary>32 GiB; a single larger file is kept all the same.</summary>
    public const long DefaultMaxBytes = 32L << 30;

    private const string TemporarySuffix = ".tmp";
    private const int Attempts = 3;

    // A temporary file that nobody has written to for so long was left by a process that is gone.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Opens a file, after making it when it is missing or damaged.</summary>
    /// <param name="name">Its name, which must tell all that decides its content.</param>
    /// <param name="tryOpen">Gives what the file at a path holds; null when it is missing or damaged.</param>
    /// <param name="makeAsync">Writes the file.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    /// <exception cref="IOException">The folder can't be written, or what was made does not open.</exception>
    public async Task<T> OpenAsync<T>(
        string name, Func<string, T?> tryOpen, Func<FileStream, CancellationToken, Task> makeAsync, CancellationToken cancellationToken)
        where T : class
    {
        var path = Path.Combine(Folder, name);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (tryOpen(path) is { } value)
            {
                Touch(path);
                return value;
            }

            await MakeAsync(path, makeAsync, cancellationToken);
        }

        throw new IOException($"The cache file {path} was made {Attempts} times and does not open.");
    }

    private async Task MakeAsync(string path, Func<FileStream, CancellationToken, Task> makeAsync, CancellationToken cancellationToken)
    {
        CreateFolder();
        var temporary = $"{path}.{Path.GetRandomFileName()}{TemporarySuffix}";
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
                await makeAsync(file, cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        Touch(path);
        Shrink(path);
    }

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Folder);
        else Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void Shrink(string kept)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var files = new DirectoryInfo(Folder).GetFiles().Where(f => f.Exists).OrderBy(f => f.LastWriteTimeUtc).ToList();
        var total = files.Sum(f => f.Length);
        foreach (var file in files)
        {
            var isTemporary = file.Name.EndsWith(TemporarySuffix, StringComparison.Ordinal);
            if (isTemporary ? now - file.LastWriteTimeUtc < Abandoned : total <= maxBytes || file.FullName == Path.GetFullPath(kept)) continue;
            if (TryDelete(file.FullName)) total -= file.Length;
        }
    }

    // The time of the last use. Another process may just have removed the file, which whoever has it open does not notice.
    private void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
